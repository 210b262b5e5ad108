/**
 * Files and folders that agents never see, whatever the ignore files say. Names are compared in lower case.
 */
export type PrivateNames = {
  /** Why this path (relative, `/` between its parts) is kept back; null when it is not. */
  reason(path: string): string | null
}

type Options = {
  /** File names or relative paths that are let through by name. */
  allow?: readonly string[]
  /** More names to keep back: of files or folders, or ends of paths, with `*` for any part of a name. */
  more?: readonly string[]
  /**
   * The real path of the folder that paths are relative to: `hosts.yml` in `.config/gh` is no other file than
   * from above.
   */
  root?: string
}

/**
 * The rule of what is kept back: version control's own data, and whatever is shaped or named like something
 * secret.
 */
export function createPrivateNames({ allow = [], more = [], root = '' }: Options = {}): PrivateNames {
  const allowed = new Set(allow.map((name) => name.toLowerCase()))
  const added = more.map(patternOf)
  const above = partsOf(root)
  return {
    reason(path) {
      const parts = partsOf(path)
      const last = parts.at(-1) ?? ''
      if (parts.some((part) => versionControl.has(part))) return 'it belongs to version control'
      if (allowed.has(path.toLowerCase()) || allowed.has(last)) return null
      const isKept =
        parts.some((part) => isSecretName(part)) ||
        hasSecretPlace([...above.slice(-2), ...parts]) ||
        prefixesOf(parts).some((prefix) => added.some((pattern) => pattern.test(`/${prefix}`)))
      return isKept ? 'it may hold secrets' : null
    },
  }
}

/** Why a folder may be no workspace, by where it lies: null when nothing on the way to it keeps secrets. */
export function privatePlace(folder: string, more: readonly string[] = []): string | null {
  const parts = partsOf(folder)
  if (parts.some((part) => versionControl.has(part))) return 'it belongs to version control'
  const added = more.map(patternOf)
  const isKept =
    parts.some((part) => secretFolders.has(part)) ||
    hasSecretPlace(parts) ||
    prefixesOf(parts).some((prefix) => added.some((pattern) => pattern.test(`/${prefix}`)))
  return isKept ? 'secrets are kept there' : null
}

function partsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split(/[/\\]/)
    .filter((part) => part !== '')
}

/** A path and each folder on the way to it. */
function prefixesOf(parts: readonly string[]): string[] {
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** A name, or the end of a path, with `*` for any part of one name. */
function patternOf(name: string): RegExp {
  const literal = name
    .toLowerCase()
    .replace(/^\/+|\/+$/g, '')
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
  return new RegExp(`/${literal}$`)
}

const versionControl: ReadonlySet<string> = new Set(['.git', '.hg', '.svn'])

/** Folders in which programs keep keys, tokens and passwords. */
const secretFolders: ReadonlySet<string> = new Set([
  ...['.ssh', '.aws', '.gnupg', '.azure', '.kube', '.oci', '.gcloud', '.minikube', '.password-store', '.pki'],
  ...['.terraform', '.terraform.d', '.vault', '.chef', '.putty', '.mozilla', '.thunderbird'],
])

/** Ends of paths whose last name alone would say nothing, by the folder before it. */
const secretPlaces: Readonly<Record<string, RegExp>> = {
  '.docker': /^config\.json$/,
  '.config':
    /^(gh|glab|hub|gcloud|rclone|op|doctl|heroku|stripe|sops|configstore|google-chrome|chromium|bravesoftware|containers)$/,
  '.cargo': /^credentials(\.toml)?$/,
  '.gem': /^credentials$/,
  '.m2': /^settings(-security)?\.xml$/,
  '.gradle': /^gradle\.properties$/,
  '.composer': /^auth\.json$/,
  '.bundle': /^config$/,
  '.fly': /^config\.yml$/,
  '.sbt': /^\.?credentials$/,
  '.claude': /^\.credentials\.json$/,
  '.codex': /^auth\.json$/,
  '.databricks': /^token-cache\.json$/,
  library: /^keychains$/,
  share: /^keyrings$/,
}

function hasSecretPlace(parts: readonly string[]): boolean {
  return parts.some((part, index) => {
    const before = parts[index - 1] ?? ''
    return Object.hasOwn(secretPlaces, before) && secretPlaces[before]?.test(part) === true
  })
}

function isSecretName(name: string): boolean {
  if (secretFolders.has(name) || secretFiles.has(name) || keyShapes.some((shape) => shape.test(name)))
    return true
  return settingShapes.some((shape) => shape.test(name)) && !exampleShapes.some((shape) => shape.test(name))
}

const secretFiles: ReadonlySet<string> = new Set([
  '.npmrc',
  '.netrc',
  '_netrc',
  '.pypirc',
  '.pgpass',
  'pgpass.conf',
  '.my.cnf',
  '.mylogin.cnf',
  '.htpasswd',
  '.git-credentials',
  '.gitcookies',
  '.dockercfg',
  '.dockerconfigjson',
  '.s3cfg',
  '.boto',
  '.vault-token',
  '.terraformrc',
  'terraform.rc',
  '.databrickscfg',
  '.msmtprc',
  '.fetchmailrc',
  '.authinfo',
  '.rclone.conf',
  'rclone.conf',
  '.vault_pass',
  '.vault-pass',
  'vault_pass.txt',
  '.credentials',
  '.credentials.json',
  '.rhosts',
  'logins.json',
  'key3.db',
  'key4.db',
  'cookies.sqlite',
  'login data',
  '.slack-token',
  '.hgrc',
  // What was typed into shells and databases.
  'fish_history',
  'consolehost_history.txt',
  '.lesshst',
  '.viminfo',
])

/** Keys, key stores, and what remembers typed lines. */
const keyShapes: readonly RegExp[] = [
  /\.(pem|key|p8|p12|pfx|jks|jceks|keystore|bcfks|kdbx?|ppk|agekey|keychain|keychain-db|ovpn)$/,
  /^id_(rsa|dsa|ecdsa|ed25519|xmss)/,
  /^ssh_host_\w+_key$/,
  /^\.[\w-]*(history|histfile|_hist)$/,
  /^(.*[._-])?tfstate([._-].*)?$/,
]

/** Settings that hold secrets by custom; a copy for others to fill in does not. */
const settingShapes: readonly RegExp[] = [
  /^\.env/,
  /\.env(\.(local|dev|development|prod|production|staging|test|bak|old|enc))?$/,
  /^(.*[._-])?credentials?([._-].*)?\.(json|ya?ml|toml|ini|xml|cfg|conf|properties|csv|txt)$/,
  /^(.*[._-])?secrets?([._-].*)?\.(json|ya?ml|toml|ini|env|properties|xml|txt)$/,
  /^(.*[._-])?client[._-]?secrets?([._-].*)?\.json$/,
  /^(.*[._-])?service[._-]?account([._-].*)?\.json$/,
  /^(.*[._-])?firebase-adminsdk([._-].*)?\.json$/,
  /\.tfvars(\.json)?$/,
]

const exampleShapes: readonly RegExp[] = [
  /[._-](example|sample|template|tmpl|dist|defaults?|schema)s?(\.\w+)?$/,
  /^(example|sample|template)s?[._-]/,
]
