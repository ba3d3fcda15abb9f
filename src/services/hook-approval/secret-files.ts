/** Files that hold keys and passwords, by their usual names and places. */

const NAMES =
  /^(\.env(\.[\w.-]+)?|\.envrc|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.yarnrc\.yml|\.pypirc|\.git-credentials|\.htpasswd|\.vault-token|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|(keys|\.ai-agent)\.env|.*credentials\.json|secrets?\.(json|ya?ml|toml|env)|.+\.(pem|p12|pfx|jks|keystore|kdbx|ppk|asc|key)|service[-_]account.*\.json|.*\.tfstate)$/i;
/** Everything below these folders. */
const FOLDERS =
  /(^|\/)(\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker\/config\.json|\.config\/(gcloud|gh)|\.password-store)(\/|$)/i;
/** Made to be shared: an example has no secret in it, the public half of a key is public. */
const HARMLESS = /(^|\/)(\.env\.(example|sample|template|dist|defaults?)|.+\.pub|known_hosts)$/i;

/** Whether a path, as written, names a file that usually holds secrets; `*` in it may stand for one. */
export function isSecretPath(path: string): boolean {
  const plain = path.replaceAll('\\', '/').replace(/\/+$/, '');
  if (HARMLESS.test(plain)) return false;
  const name = plain.slice(plain.lastIndexOf('/') + 1);
  return NAMES.test(name) || /^\.env\W*\*$/i.test(name) || FOLDERS.test(plain);
}
