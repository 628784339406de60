# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command lines and settings as people write them, with a secret in each; and others without one.

In every line the secret is `hunter2`, alone or in what it is encoded in or part of.
"""

from __future__ import annotations

COMMAND_LINES = r"""
az login --service-principal -u 11111111-2222-3333-4444-555555555555 -p hunter2 --tenant contoso
az login -u ann@example.com -p 'hunter2'
deploy app abc8Q~hunter2.hunter2.hunter2.hunter2_
az login -u ann@example.com -phunter2
az acr login -n registry -u puller -p hunter2
az vm user update -g rg -n vm -u admin -p hunter2
az storage blob download --account-name acc --account-key hunter2== -c c -n b -f f
az storage blob upload --sas-token "sv=2022-11-02&sig=hunter2&sp=rw" -f f
az storage blob list --connection-string "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter2==;EndpointSuffix=core.windows.net"
az sql server create --admin-user sa --admin-password hunter2
docker login -u puller -p hunter2 registry.example.com
docker login registry.example.com --username puller --password hunter2
docker login -u puller -p"hunter2" registry.example.com
docker run -e DB_PASS=hunter2 image
docker run --env DB_PASSWORD=hunter2 -p 8080:80 image
docker run -e "API_KEY=hunter2" image
docker build --build-arg NPM_TOKEN=hunter2 .
podman login -u puller -p hunter2 quay.io
podman login --password hunter2 quay.io
helm registry login -u puller -p hunter2 registry.example.com
helm repo add --username u --password hunter2 r https://charts.example.com
helm upgrade --set db.password=hunter2 release chart
helm upgrade --set-string auth.rootPassword=hunter2 release chart
oras login -u u -p hunter2 registry.example.com
sqlcmd -S db -U sa -P hunter2 -Q "select 1"
sqlcmd -S db -U sa -Phunter2
bcp t out f -S db -U sa -P hunter2
mongo --host db -u root -p hunter2
mongosh "mongodb://db" -u root -p hunter2
mongodump -h db -u root -p 'hunter2' -o out
mongodump --uri=mongodb://root:hunter2@db/admin
mysql -h db -u root -phunter2 app
mysqldump -uroot -p'hunter2' app > dump.sql
mysql --host=db --password=hunter2 app
PGPASSWORD=hunter2 psql -h db -U app
psql postgresql://app:hunter2@db:5432/app
psql "host=db user=app password=hunter2"
redis-cli -h cache -a hunter2 ping
redis-cli -u redis://:hunter2@cache:6379
sshpass -p hunter2 ssh user@host
sshpass -phunter2 scp f user@host:
net use Z: \\store\share /user:store /pass:hunter2
net use Z: \\store\share /user:store /password:hunter2
cmdkey /add:store.file.core.windows.net /user:store /pass:hunter2
cmd /c "set DB_PASS=hunter2 && tool.exe"
tool.exe /pass:hunter2 /verbose
tool.exe /Password=hunter2
xfreerdp /u:ann /p:hunter2 /v:host
psexec \\host -u ann -p hunter2 cmd
powershell -Command "$env:DB_PASS = 'hunter2'; ./run.ps1"
powershell -Command "ConvertTo-SecureString 'hunter2' -AsPlainText -Force"
powershell -Command "New-AzStorageContext -StorageAccountName a -StorageAccountKey hunter2"
powershell -File run.ps1 -SasToken hunter2 -Verbose
powershell -File run.ps1 -AccountKey "hunter2"
powershell -File run.ps1 -ClientSecret hunter2
curl -u ann:hunter2 https://api.example.com
curl --user 'ann:hunter2' https://api.example.com
curl -H "Authorization: Bearer hunter2hunter2" https://api.example.com
curl -H "Authorization: Basic hunter2=" https://api.example.com
curl -H "Authorization: Token hunter2" https://api.example.com
curl -H "Ocp-Apim-Subscription-Key: hunter2" https://api.example.com
curl -H "x-functions-key: hunter2" https://f.azurewebsites.net/api/x
curl -H "X-Api-Key: hunter2" https://api.example.com
curl -H 'X-Auth-Token: hunter2' https://api.example.com
curl -H "PRIVATE-TOKEN: hunter2" https://gitlab.example.com
curl -H "Cookie: session=hunter2" https://api.example.com
curl "https://f.azurewebsites.net/api/x?code=hunter2"
curl "https://maps.example.com/api?key=hunter2&q=x"
curl -d '{"username":"ann","password":"hunter2"}' https://api.example.com
curl -d "grant_type=client_credentials&client_secret=hunter2" https://login.example.com
wget --user=ann --password=hunter2 https://example.com/f
wget --http-passwd=hunter2 https://example.com/f
wget "https://acc.blob.core.windows.net/c/f?sv=2022-11-02&sig=hunter2%3D&se=2031-01-01"
azcopy copy "https://acc.blob.core.windows.net/c?sp=rl&sig=hunter2" /data --recursive
git clone https://ann:hunter2@github.com/a/b.git
git clone https://oauth2:hunter2@gitlab.example.com/a/b.git
git -c http.extraheader="Authorization: Basic hunter2=" clone https://example.com/r
pip install --index-url https://ann:hunter2@pypi.example.com/simple package
pip install --extra-index-url https://hunter2@pypi.example.com/simple package
export AZURE_STORAGE_KEY=hunter2; python run.py
export CONNSTR="Server=db;User Id=sa;Pwd=hunter2" && ./run
export StorageKey=hunter2 && ./run
export PASSWORD1=hunter2 PASSWORD2=hunter2; ./run
env dbPassword=hunter2 ./run
AWS_SECRET_ACCESS_KEY=hunter2 aws s3 cp s3://b/k .
HF_TOKEN=hunter2 python train.py
python train.py --wandb-api-key hunter2 --epochs 3
python train.py --token=hunter2
python -c "c = {'account': 'a', 'sig': 'hunter2'}"
python -c "os.environ['DB_PASS'] = 'hunter2'"
python -c "connect(host='db', password='hunter2')"
echo '{"sig": "hunter2"}' > sas.json
echo "<password>hunter2</password>" > settings.xml
echo "<clientSecret type='x'>hunter2</clientSecret>" > settings.xml
java -Djavax.net.ssl.keyStorePassword=hunter2 -jar app.jar
java -Dspring.datasource.password=hunter2 -jar app.jar
keytool -list -keystore k.jks -storepass hunter2
openssl pkcs12 -in c.pfx -passin pass:hunter2 -nodes
openssl enc -aes-256-cbc -pass pass:hunter2 -in f
gpg --batch --passphrase hunter2 -d f.gpg
unzip -P hunter2 data.zip
7z x -phunter2 data.7z
mount -t cifs //store/share /mnt -o vers=3.0,username=store,password=hunter2,serverino
mount -t cifs //store/share /mnt -o user=store,pass=hunter2
smbclient //nas/share -U ann%hunter2
ldapsearch -x -D cn=admin -w hunter2 -b dc=x
mosquitto_pub -h broker -u ann -P hunter2 -t t -m m
kubectl create secret generic s --from-literal=password=hunter2
kubectl --token=hunter2 get pods
terraform apply -var 'db_password=hunter2'
ansible-playbook site.yml -e "db_pass=hunter2"
rclone copy --azureblob-key=hunter2 a: b:
sqlplus sys/x@db "PASSWORD=hunter2"
ssh-keygen -t rsa -N hunter2 -f k
Rscript run.R --dsn "Driver=x;UID=a;PWD=hunter2"
dotnet app.dll --ConnectionStrings:Default="Server=db;Password=hunter2"
bash -c "tool --auth-token=hunter2" --verbose
tool --authToken hunter2 --verbose
snowsql -a acct -u ann --private-key-passphrase hunter2
""".strip().splitlines()
# What stands behind nothing that tells. `strict` masks all of them.
UNTOLD_LINES = r"""
az keyvault secret set --vault-name v -n s --value hunter2
net use Z: \\store\share hunter2 /user:store
echo hunter2 | docker login --username puller --password-stdin registry.example.com
htpasswd -b file ann hunter2
./run hunter2
""".strip().splitlines()

SETTING_NAMES = """
PASSWORD PASSWORD1 DB_PASS DB_PASSWORD DBPASS DB_PW dbPassword dbPassword2 POSTGRES_PASSWORD PGPASSWORD MYSQL_PWD
MYSQL_ROOT_PASSWORD ROOT_PASS SMTP_PASSWD KEY_PASSPHRASE REDIS_PW sqlPwd SECRET SECRET_KEY CLIENT_SECRET AZURE_CLIENT_SECRET
clientSecret AZURE_SECRET appSecret1 AWS_SECRET_ACCESS_KEY TOKEN GITHUB_TOKEN GH_PAT AZDO_PAT HF_TOKEN NPM_TOKEN authToken
ACCESS_TOKEN SAS_TOKEN sasToken SAS SAS_URL CONTAINER_SAS_URL StorageKey STORAGE_KEY STORAGE_ACCOUNT_KEY AZURE_STORAGE_KEY
storageAccountKey AZURE_BATCH_ACCESS_KEY API_KEY apiKey APIKEY2 OPENAI_API_KEY COSMOS_KEY COSMOSKEY MasterKey PRIMARY_KEY
ENCRYPTION_KEY SSH_PRIVATE_KEY SIGNING_KEY_BASE64 LICENSE_KEY KEY CONNSTR CONN_STR DB_CONNSTR CONNECTION_STRING ConnectionStrings__Db
STORAGE_CONNECTION_STRING AzureWebJobsStorageConnectionString APPLICATIONINSIGHTS_CONNECTION_STRING APPINSIGHTS_INSTRUMENTATIONKEY
mypassword mypasswd mypassphrase mypwd mysecret mytoken mycredential mycredentials mypass mysas
connectionstringone connstrone sharedaccesssignatureone accesskeyone accountkeyone apikeyone privatekeyone
passwordone passwdone secretone PUBLIC_TOKEN URL_PASSWORD HOST_SECRET SENTRY_DSN_URL WEBHOOK_URL SIGNED_ACCESS_KEY_URL
SENTRY_DSN BASIC_AUTH DOCKER_AUTH_CONFIG GOOGLE_APPLICATION_CREDENTIALS AZURE_CREDENTIALS REGISTRY_CREDS
SLACK_WEBHOOK_URL Ocp-Apim-Subscription-Key x-functions-key SIGNATURE JWT CERT_PFX OAUTH2_BEARER_TOKEN
""".split()

HARMLESS_LINES = r"""
python train.py --epochs 10 --keep-going
python train.py --max-tokens 512 --tokenizer gpt2 --num_tokens=100
python generate.py --tokens 4096 --pattern=*.csv --author=ann
docker run -p 8080:80 -u 1000:1000 image
docker run --rm -P image
mkdir -p /mnt/data/passes && cp -p a b
az login --identity --client-id 11111111-2222-3333-4444-555555555555
az batch job show --job-id token-refresh:job-12
az login --identity && mkdir -p out
ssh -p 2222 user@host
psql -h db -p 5432 -U app
mysql -h db --port 3306 -P 3306 -p db
curl -u ann https://x/a:b
curl -p https://x
tool --client-id 11111111-2222-3333-4444-555555555555 --tenant contoso
tool --password-file /run/secrets/db --secret-name db --key-file k.pem
tool --key-vault-name vault --token-type bearer --password-stdin
job_id=secret-rotation:job-1 task_id=token-7 pool_id=password-reset
AZ_BATCH_JOB_ID=job-1 AZ_BATCH_TASK_ID=task-1 run
SharedAccessKeyName=Root;Endpoint=sb://x/
partition_key=region sort_key=date public_key=abc
the key: value pairs of the pattern: all
auth: none
tool --auth basic --cookie jar.txt
--key: left, key:left
7z x -p- data.7z
bearer: none, pat: 7, pass: 12 of 13
compass=north bypass=yes monkey=1 keyboard: us
<name>job</name> <message>no key</message>
mail to somebody@example.com
git clone git@github.com:a/b.git
2025-01-17T00:00:00.1234567Z
sched:job-1
""".strip().splitlines()

HARMLESS_NAMES = """
PATH HOME KEYBOARD MONKEY AUTHOR AUTHORITY PASSENGERS PATTERN SASSY DONKEYS TOKENIZER MAX_TOKENS TOKENS COMPASS BYPASS PASS_COUNT
AZ_BATCH_ACCOUNT_URL AZ_BATCH_NODE_ID AZ_BATCH_POOL_ID AZ_BATCH_JOB_ID AZ_BATCH_TASK_ID AZURE_CLIENT_ID AZURE_TENANT_ID CLIENT_ID
FilePath Message HttpStatusCode KEY_VAULT_NAME KEY_VAULT_URL PASSWORD_FILE SECRET_NAME TOKEN_URL TOKEN_TYPE AUTH_MODE AUTH_TYPE
PASSWORD_SERVER SECRET_HOST SECRETS_URL CREDENTIAL_ENDPOINT PASSWORD=1
PARTITION_KEY PUBLIC_KEY SORT_KEY CACHE_KEY KEYS KEY_COLUMN PWDS_SEEN BATCH_SIZE NODE_ENV LOG_LEVEL DESIGN SIGNAL ASSIGNED
""".split()
