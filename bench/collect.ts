/**
 * Collection over LDAPS beside `ldapsearch` asking the same server for the same attributes of the same naming contexts:
 * wall time, and CPU time of the client. The servers: a Samba domain controller, and the replica with a sample forest.
 * GLACIS_BENCH_OBJECTS sets the size of that forest, GLACIS_BENCH_ROUNDS how often each is run (the quickest counts).
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { collect } from '#collect'
import { hashPassword, openReplica } from '#replica'
import { makeSample } from '#sample'
import { makeCertificates } from '../test/certificates.ts'
import { sambaMissing, startSamba } from '../test/samba.ts'
import { saveResult } from './result.ts'

const objects = Number(process.env['GLACIS_BENCH_OBJECTS'] ?? 100_000)
const rounds = Number(process.env['GLACIS_BENCH_ROUNDS'] ?? 3)
const password = 'Gl4cis-reader'
const run = promisify(execFile)

/** A directory to read, and whom to read it as. */
interface Directory {
  readonly name: string
  readonly host: string
  readonly address: string
  readonly port: number
  readonly caFile: string
  readonly account: string
  readonly password: string
}

interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
}

const results: object[] = []
if (process.argv[2] === 'serve') await serve(process.argv[3]!, process.argv[4]!)
else await measure()

async function measure(): Promise<void> {
  const missing = sambaMissing()
  if (missing === false) {
    const dc = await startSamba()
    try {
      const { upn: account } = await dc.addUser('reader', password)
      const { caFile, host: address, name: host } = dc
      await compare({ name: 'Samba', host, address, port: 636, caFile, account, password })
    } finally {
      await dc.stop()
    }
  } else console.log(`no Samba: ${missing}`)
  await withReplica(compare)
  saveResult('collect', { results })
}

async function compare(directory: Directory): Promise<void> {
  const { host, address, port, caFile, account } = directory
  const options = {
    account: { name: account, password: () => Buffer.from(directory.password) },
    caFile,
    addresses: { [host]: `${address}:${port}` },
    probe: false,
  }
  const ours: Measured[] = []
  const theirs: Measured[] = []
  let count = 0
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage()
    const start = performance.now()
    const snapshot = await collect(`ldaps://${host}`, options)
    const used = process.cpuUsage(cpu)
    ours.push({ wallMs: performance.now() - start, cpuMs: (used.user + used.system) / 1000 })
    count = snapshot.count
    theirs.push(
      await ldapsearch(directory, snapshot.namingContexts, [
        ...(snapshot.asked as ReadonlySet<string>),
      ]),
    )
  }
  const mine = best(ours)
  const peer = best(theirs)
  const ratio = mine.wallMs / peer.wallMs
  console.log(
    `${directory.name}, ${count} objects: collect ${seconds(mine.wallMs)} wall, ${seconds(mine.cpuMs)} CPU; ldapsearch ${seconds(peer.wallMs)} wall, ${seconds(peer.cpuMs)} CPU; ` +
      `ratio of wall ${ratio.toFixed(2)} (budget 1.2), of CPU ${(mine.cpuMs / peer.cpuMs).toFixed(2)}; ${Math.round((count / mine.wallMs) * 1000)} objects/s`,
  )
  results.push({
    directory: directory.name,
    objects: count,
    collect: mine,
    ldapsearch: peer,
    ratio,
  })
}

/** All naming contexts, one after the other as a person would, into nothing. */
async function ldapsearch(
  { address, port, caFile, account }: Directory,
  contexts: readonly string[],
  attributes: readonly string[],
): Promise<Measured> {
  const script = `TIMEFORMAT='%R %U %S'; time (for base in "\${BASES[@]}"; do ldapsearch -x -LLL -H ldaps://${address}:${port} -D '${account}' -w '${password}' -b "$base" -E pr=1000/noprompt -E '!1.2.840.113556.1.4.801=::MAMCAQc=' -E '!1.2.840.113556.1.4.1339' '(objectClass=*)' "$@" > /dev/null; done)`
  const bases = `BASES=(${contexts.map((dn) => `'${dn}'`).join(' ')})`
  // The replica's certificate is for its name; who it is does not matter for the time it takes.
  const env = { ...process.env, LDAPTLS_CACERT: caFile, LDAPTLS_REQCERT: 'never' }
  const { stderr } = await run('bash', ['-c', `${bases}; ${script}`, 'bash', ...attributes], {
    env,
  })
  const [real = 0, user = 0, system = 0] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number)
  return { wallMs: real * 1000, cpuMs: (user + system) * 1000 }
}

/** The replica runs in a process of its own, as a server does. */
async function withReplica(work: (directory: Directory) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'glacis-bench-'))
  const host = 'dc1.meridian.example'
  try {
    const certificates = await makeCertificates(dir, [`DNS:${host}`])
    const { certFile, keyFile } = await certificates.of('good')
    const child = spawn(process.execPath, [import.meta.filename, 'serve', certFile, keyFile], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      const name = 'replica of a sample forest'
      const account = { account: 'reader', password }
      await work({
        name,
        host,
        address: '127.0.0.1',
        port: Number(line),
        caFile: certificates.caFile,
        ...account,
      })
    } finally {
      child.stdin.end()
      await once(child, 'exit')
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Serves a sample forest until standard input ends; says the port. */
async function serve(certFile: string, keyFile: string): Promise<void> {
  const { snapshot } = makeSample({ objects, now: new Date() })
  const tls = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  const accounts = [{ name: 'reader', password: await hashPassword(password) }]
  const replica = await openReplica({ snapshot, accounts, tlsPort: 0, tls })
  console.log(replica.tlsPort)
  process.stdin.resume()
  await once(process.stdin, 'end')
  await replica.close()
}

function best(measured: readonly Measured[]): Measured {
  return measured.reduce((a, b) => (b.wallMs < a.wallMs ? b : a))
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
