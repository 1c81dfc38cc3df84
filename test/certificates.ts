import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a server certificate of {@link makeCertificates} is like. */
export type CertificateKind = 'good' | 'expired' | 'foreign' | 'self-signed'

/** A certificate and its key, both PEM. */
export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: Buffer
  readonly key: Buffer
}

/** Certificates of one made-up authority. */
export interface Certificates {
  /** PEM file of the authority, for `--ca-file`. */
  readonly caFile: string
  readonly ca: Buffer
  /**
   * A server certificate: `good` for `names`; `expired` in 2021; `foreign` for other names only; `self-signed`, so not of
   * the authority. Made when first asked for.
   */
  of(kind: CertificateKind): Promise<Certificate>
}

/**
 * Makes an authority and server certificates in `dir` (RSA 2048, SHA-256) with the `openssl` program. `names` are entries
 * of subjectAltName such as `DNS:dc1.corp.example` and `IP:127.0.0.1`.
 */
export async function makeCertificates(
  dir: string,
  names: readonly string[],
): Promise<Certificates> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const openssl = (words: string) => run('openssl', words.split(' '), { cwd: dir })
  const newKey = '-newkey rsa:2048 -nodes -sha256 -batch'
  await openssl(
    `req -x509 ${newKey} -days 30 -subj /O=Glacis/CN=Test-authority -keyout ca.key -out ca.pem`,
  )
  const caFile = join(dir, 'ca.pem')
  const made = new Map<CertificateKind, Promise<Certificate>>()

  async function make(kind: CertificateKind): Promise<Certificate> {
    const alternatives = kind === 'foreign' ? ['DNS:elsewhere.example'] : names
    const subject = `/CN=${alternatives[0]!.replace(/^\w+:/, '')}`
    const extensions = `subjectAltName=${alternatives.join(',')}`
    if (kind === 'self-signed') {
      const output = `-addext ${extensions} -keyout ${kind}.key -out ${kind}.pem`
      await openssl(`req -x509 ${newKey} -days 30 -subj ${subject} ${output}`)
    } else {
      await writeFile(
        join(dir, `${kind}.cnf`),
        `[ca]\ndefault_ca=d\n[d]\ndatabase=${kind}.db\nrand_serial=yes\nnew_certs_dir=.\n` +
          `default_md=sha256\npolicy=p\nx509_extensions=x\nunique_subject=no\n[p]\ncommonName=supplied\n` +
          `[x]\nbasicConstraints=CA:FALSE\n${extensions}\n`,
      )
      await writeFile(join(dir, `${kind}.db`), '')
      await openssl(`req ${newKey} -subj ${subject} -keyout ${kind}.key -out ${kind}.csr`)
      const expired = '-startdate 20200101000000Z -enddate 20210101000000Z'
      const validity = kind === 'expired' ? expired : '-days 30'
      await openssl(
        `ca -batch -notext -config ${kind}.cnf -cert ca.pem -keyfile ca.key ${validity} -in ${kind}.csr -out ${kind}.pem`,
      )
    }
    const certFile = join(dir, `${kind}.pem`)
    const keyFile = join(dir, `${kind}.key`)
    return { certFile, keyFile, cert: await readFile(certFile), key: await readFile(keyFile) }
  }

  return {
    caFile,
    ca: await readFile(caFile),
    of(kind) {
      const known = made.get(kind) ?? make(kind)
      made.set(kind, known)
      return known
    },
  }
}
