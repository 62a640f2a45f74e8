/** A certificate authority of a test, by the machine's openssl: servers, clients, expired ones, revocation lists. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from './temp-dir.js'

export interface Issued {
  cert: string
  key: string
  certFile: string
  keyFile: string
}

export interface Authority {
  ca: string
  caFile: string
  /** `names` become subject alternative names, as openssl writes them: `DNS:EL1`, `URI:urn:x`. */
  issue(cn: string, options?: { names?: string[]; expired?: boolean }): Issued
  revoke(issued: Issued): void
  /** The list of what is revoked by now. */
  crl(): string
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
const CONFIG = `
[ca]
default_ca = x
[x]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sha256
default_days = 2
default_crl_days = 2
policy = anything
copy_extensions = copy
unique_subject = no
[anything]
commonName = supplied
`

export function createAuthority(name = 'test authority'): Authority {
  const dir = tempDir('authority')
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
  const text = (file: string) => readFileSync(join(dir, file), 'utf8')
  writeFileSync(join(dir, 'ca.conf'), CONFIG)
  writeFileSync(join(dir, 'index.txt'), '')
  writeFileSync(join(dir, 'serial'), '1000')
  writeFileSync(join(dir, 'crlnumber'), '1000')
  openssl('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', 'ca.key', '-out', 'ca.pem')
  const asAuthority = ['-config', 'ca.conf', '-keyfile', 'ca.key', '-cert', 'ca.pem', '-batch', '-notext']
  let count = 0
  return {
    ca: text('ca.pem'),
    caFile: join(dir, 'ca.pem'),
    issue(cn, { names = [], expired = false } = {}) {
      const file = `c${++count}`
      // In a section of its own, because a list in one line would be split at commas inside a name.
      const lines = names.map((name, i) => name.replace(/^(\w+):(.*)$/, `$1.${i} = $2`))
      const san = names.length > 0 ? `subjectAltName = @names\n[names]\n${lines.join('\n')}` : ''
      writeFileSync(join(dir, `${file}.conf`), `[req]\ndistinguished_name = dn\n[dn]\n[ext]\n${san}\n`)
      const asked = ['-config', `${file}.conf`, ...(names.length > 0 ? ['-reqexts', 'ext'] : [])]
      openssl('req', ...KEY, '-subj', `/CN=${cn}`, ...asked, '-keyout', `${file}.key`, '-out', `${file}.csr`)
      const time = expired ? ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'] : []
      openssl('ca', ...asAuthority, ...time, '-in', `${file}.csr`, '-out', `${file}.pem`)
      const [certFile, keyFile] = [join(dir, `${file}.pem`), join(dir, `${file}.key`)]
      return { cert: text(`${file}.pem`), key: text(`${file}.key`), certFile, keyFile }
    },
    revoke({ certFile }) {
      openssl('ca', ...asAuthority.slice(0, 6), '-revoke', certFile)
    },
    crl() {
      openssl('ca', ...asAuthority.slice(0, 6), '-gencrl', '-out', 'crl.pem')
      return text('crl.pem')
    },
  }
}
