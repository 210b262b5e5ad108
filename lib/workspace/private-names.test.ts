import { expect, test } from 'vitest'
import { createPrivateNames, privatePlace } from './private-names'

const names = createPrivateNames()

test.each([
  '.env',
  'a/.ENV.local',
  'prod.env',
  'prod.env.local',
  '.envrc',
  '.docker/config.json',
  'home/.kube/config',
  '.config/gh/hosts.yml',
  '.config/gcloud/credentials.db',
  'credentials.json',
  'gcp-credentials-prod.json',
  'terraform.tfstate',
  'env/prod.tfstate.backup',
  'prod.auto.tfvars',
  'AuthKey_ABC.p8',
  'cert.p12',
  'cert.PFX',
  'release.jks',
  'passwords.kdbx',
  'server.pem',
  'tls.key',
  'keys/id_rsa',
  'id_ed25519.bak',
  'ssh_host_rsa_key',
  '.bash_history',
  '.zsh_history',
  '.psql_history',
  '.node_repl_history',
  '.python_history',
  '.mysql_history',
  '.local/share/fish/fish_history',
  '.lesshst',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.aws/credentials',
  '.ssh/config',
  '.gnupg/x',
  '.azure/accessTokens.json',
  '.terraform.d/credentials.tfrc.json',
  'service-account.json',
  'my_service_account_key.json',
  'x-firebase-adminsdk-1a2b.json',
  'client_secret_1.json',
  'config/secrets.yml',
  'k8s/db-secret.yaml',
  '.git/config',
  'a/.hg/hgrc',
  '.cargo/credentials.toml',
  '.m2/settings.xml',
  '.vault-token',
  '.pgpass',
  '.my.cnf',
  'Library/Keychains/login.keychain-db',
  '.config/rclone/rclone.conf',
])('%s is kept back', (path) => {
  expect(names.reason(path)).not.toBeNull()
})

test.each([
  '.env.example',
  '.env.sample',
  'example.env',
  'sub/.env.local.template',
  '.env.dist',
  '.env.schema.json',
  'credentials.example.json',
  'secrets.sample.yml',
  'terraform.tfvars.example',
  'src/credentials.ts',
  'src/credentials/index.ts',
  'src/secret.ts',
  'secrets.md',
  'env.ts',
  'vite-env.d.ts',
  'config.env.ts',
  'src/environment.ts',
  'docs/history.md',
  'src/order_history/list.ts',
  'config.json',
  'docker/config.json',
  'gh/hosts.yml',
  'keyboard.ts',
  'monkey.ts',
  'src/keys.ts',
  'tokens.css',
  'package.json',
  '.gitignore',
  '.github/workflows/ci.yml',
])('%s is not', (path) => {
  expect(names.reason(path)).toBeNull()
})

test('where the folder itself lies counts', () => {
  expect(createPrivateNames({ root: '/home/me/.config' }).reason('gh/hosts.yml')).not.toBeNull()
  expect(createPrivateNames({ root: '/home/me/.docker' }).reason('config.json')).not.toBeNull()
  expect(createPrivateNames({ root: '/home/me/work' }).reason('config.json')).toBeNull()
  for (const folder of [
    '/home/me/.ssh',
    '/home/me/.aws/sso',
    '/home/me/.config/gh',
    '/home/me/.kube',
    '/srv/app/.git/hooks',
  ])
    expect(privatePlace(folder), folder).not.toBeNull()
  for (const folder of [
    '/home/me',
    '/home/me/.config',
    '/srv/.environments/app',
    '/work/secrets.json.d/app',
    '/',
  ])
    expect(privatePlace(folder), folder).toBeNull()
})

test('names can be added, and let through by name', () => {
  const more = createPrivateNames({
    more: ['*.secret', 'internal/notes', 'payroll-*'],
    allow: ['.env', 'keys/dev.pem'],
  })
  for (const path of ['a/b.SECRET', 'internal/notes/2026.md', 'x/internal/notes', 'payroll-2026/may.csv'])
    expect(more.reason(path), path).not.toBeNull()
  for (const path of ['b.secrets', 'internal/note', '.env', 'keys/dev.pem', 'xpayroll-1'])
    expect(more.reason(path), path).toBeNull()
  expect(more.reason('other/dev.pem')).not.toBeNull()
  expect(privatePlace('/srv/payroll-2026/x', ['payroll-*'])).not.toBeNull()
})
