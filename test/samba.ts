import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { createHash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CertificateKind, type Certificates, makeCertificates } from './certificates.ts'

/** How a Samba domain controller for a test is to be. */
export interface SambaOptions {
  /** DNS name of the domain. Default `corp.example`. */
  readonly domain?: string
  /** NetBIOS name of the domain. Default: the first label of `domain` in capitals. */
  readonly netbios?: string
  /** Lines for the `[global]` section, such as `ldap server require strong auth = no`. */
  readonly globals?: readonly string[]
  /** Further arguments of `samba-tool domain provision`. */
  readonly provision?: readonly string[]
  /** Samba's `server services`. Default `ldap` alone, which starts in a second. */
  readonly services?: string
  /** Certificate that LDAPS and StartTLS show. Default `good`. */
  readonly certificate?: CertificateKind
}

/** An account to connect as. */
export interface SambaAccount {
  /** `name@domain`. */
  readonly upn: string
  /** `DOMAIN\name`. */
  readonly downLevel: string
  readonly dn: string
  readonly password: string
}

/** A running Samba AD domain controller on a loopback address of its own, with LDAP on 389 and LDAPS on 636. */
export interface SambaDc {
  /** Loopback address it listens on, and only there. */
  readonly host: string
  /** DNS name as the directory has it, in its certificate beside the address: `dc1.corp.example`. */
  readonly name: string
  /** `corp.example`. */
  readonly domain: string
  readonly baseDn: string
  readonly domainSid: string
  readonly admin: SambaAccount
  readonly certificates: Certificates
  /** The same as `certificates.caFile`. */
  readonly caFile: string
  /** Process id of the first of its processes. */
  readonly pid: number
  /** Makes a user below CN=Users who is member of Domain Users only. */
  addUser(name: string, password: string): Promise<SambaAccount>
  /** `ldapmodify` with change records (or `changetype: add` ones) over LDAPS, as Administrator or as given. */
  modify(ldif: string, as?: SambaAccount): Promise<void>
  /** `ldbmodify` on the database itself as SYSTEM with the relax control, for what LDAP refuses. */
  modifyAsSystem(ldif: string): Promise<void>
  /** `ldbmodify` on the file that holds the domain's objects, behind the back of Samba, for what it would put right. */
  modifyRaw(ldif: string): Promise<void>
  /** `ldapsearch -LLL -o ldif-wrap=no` over LDAPS with these further arguments. */
  search(args: readonly string[], as?: SambaAccount): Promise<string>
  /**
   * A second controller of the same domain, with a copy of the data and server, NTDS Settings and computer objects of its
   * own in both. The two do not replicate.
   */
  twin(hostName: string): Promise<SambaDc>
  /** Kills every process of it at once, as a power cut would; the data stay until {@link stop}. */
  kill(): void
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** Why there can be no Samba domain controller here, for `skip`; false when there can. */
export function sambaMissing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root for port 389'
  for (const program of [
    'samba',
    'samba-tool',
    'ldbmodify',
    'ldapmodify',
    'ldapsearch',
    'openssl',
  ]) {
    if (!isProgram(program)) {
      return `needs ${program} (Debian packages ${sambaPackages.join(' ')})`
    }
  }
  if (!existsSync('/usr/share/samba/setup/ad-schema'))
    return 'needs Debian package samba-ad-provision'
  return false
}

/** Debian packages that {@link startSamba} leans on. */
export const sambaPackages = [
  'samba',
  'samba-ad-dc',
  'samba-ad-provision',
  'samba-dsdb-modules',
  'samba-vfs-modules',
  'python3-samba',
  'winbind',
  'ldb-tools',
  'ldap-utils',
  'openssl',
] as const

/**
 * Provisions (3 s, remembered for half a day below node_modules/.cache) and starts (1 s) a domain controller. Several can run
 * at once, each on a random address in 127.64.0.0/10. It ends with this process, even when that is killed.
 */
export async function startSamba(options: SambaOptions = {}): Promise<SambaDc> {
  const missing = sambaMissing()
  if (missing !== false) throw new Error(missing)
  const domain = options.domain ?? 'corp.example'
  const netbios = options.netbios ?? domain.split('.')[0]!.toUpperCase()
  const master = await provisioned(domain, netbios, options.provision ?? [])
  return run({ ...options, domain, netbios, master, hostName: 'dc1' })
}

interface Plan extends SambaOptions {
  readonly domain: string
  readonly netbios: string
  /** Directory to copy the data from. */
  readonly master: string
  readonly hostName: string
}

const adminPassword = 'Correct-Horse-7'
const CACHE_MS = 12 * 3600_000
const START_MS = 60_000

async function run(plan: Plan): Promise<SambaDc> {
  const { domain, netbios, hostName } = plan
  const host = await freeAddress()
  const name = `${hostName}.${domain}`
  await removeLeftovers()
  const dir = await mkdtemp(join(tmpdir(), `${DIRECTORY}${process.pid}-`))
  const data = join(dir, 'data')
  await execute('cp', ['-a', '--sparse=always', '--reflink=auto', plan.master, data])
  const certificates = await makeCertificates(join(dir, 'tls'), [
    `DNS:${name}`,
    `DNS:${domain}`,
    `IP:${host}`,
  ])
  const certificate = await certificates.of(plan.certificate ?? 'good')
  const configFile = join(dir, 'smb.conf')
  await mkdir(join(dir, 'run'))
  await writeFile(
    configFile,
    configuration(data, { domain, netbios }, [
      `server services = ${plan.services ?? 'ldap'}`,
      'prefork children = 2',
      `interfaces = ${host}/8`,
      'bind interfaces only = yes',
      `pid directory = ${dir}/run`,
      `ncalrpc dir = ${dir}/run/ncalrpc`,
      `winbindd socket directory = ${dir}/run/winbindd`,
      `ntp signd socket directory = ${dir}/run/ntp`,
      `log file = ${dir}/log.%m`,
      'tls enabled = yes',
      `tls certfile = ${certificate.certFile}`,
      `tls keyfile = ${certificate.keyFile}`,
      `tls cafile = ${certificates.caFile}`,
      'dsdb:schema update allowed = yes',
      ...(plan.globals ?? []),
    ]),
  )

  // With -i it ends when its standard input does, so it never outlives this process. It leads a process group of its own.
  const server = spawn('samba', ['-i', '--debug-stdout', '-s', configFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  // A test that fails before it stops the controller leaves nothing either.
  const clear = (): void => {
    killGroup(server)
    rmSync(dir, { recursive: true, force: true })
  }
  process.once('exit', clear)
  let log = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000)
    })
    // Its pipes must not keep a test from ending.
    ;(stream as unknown as { unref(): void }).unref()
  }
  server.unref()
  ;(server.stdin as unknown as { unref(): void }).unref()
  await listening(host, server, () => log)

  const baseDn = domain
    .split('.')
    .map((label) => `DC=${label}`)
    .join(',')
  const account = (user: string, password: string): SambaAccount => ({
    upn: `${user}@${domain}`,
    downLevel: `${netbios}\\${user}`,
    dn: `CN=${user},CN=Users,${baseDn}`,
    password,
  })
  const admin = account('Administrator', adminPassword)

  async function ldap(
    program: string,
    args: readonly string[],
    as: SambaAccount,
    input = '',
  ): Promise<string> {
    // A certificate made to be refused must not stop the harness from filling the directory.
    const env = { ...process.env, LDAPTLS_REQCERT: 'never' }
    return execute(
      program,
      ['-x', '-H', `ldaps://${host}`, '-D', as.upn, '-w', as.password, ...args],
      { env, input },
    )
  }

  const dc: SambaDc = {
    host,
    name,
    domain,
    baseDn,
    domainSid: await readDomainSid(data, baseDn),
    admin,
    certificates,
    caFile: certificates.caFile,
    pid: server.pid!,
    async addUser(user, password) {
      const octets = Buffer.from(`"${password}"`, 'utf16le').toString('base64')
      const made = account(user, password)
      await dc.modify(
        `dn: ${made.dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: ${user}\nuserPrincipalName: ${made.upn}\n` +
          `unicodePwd:: ${octets}\nuserAccountControl: 512\n`,
      )
      return made
    },
    async modify(ldif, as = admin) {
      await ldap('ldapmodify', [], as, ldif)
    },
    async modifyAsSystem(ldif) {
      await execute(
        'ldbmodify',
        ['-H', join(data, 'private/sam.ldb'), '--configfile', configFile, '--relax'],
        { input: ldif },
      )
    },
    async modifyRaw(ldif) {
      const file = join(data, 'private/sam.ldb.d', `${baseDn.toUpperCase()}.ldb`)
      await execute('ldbmodify', ['-H', file], { input: ldif })
    },
    search(args, as = admin) {
      return ldap('ldapsearch', ['-LLL', '-o', 'ldif-wrap=no', ...args], as)
    },
    async twin(hostName2) {
      await dc.modifyAsSystem(controllerObjects(baseDn, domain, hostName2))
      return run({ ...plan, master: data, hostName: hostName2 })
    },
    kill() {
      killGroup(server)
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.ref()
        const ended = once(server, 'exit')
        server.stdin.end()
        const forced = setTimeout(() => killGroup(server), 3000)
        await ended
        clearTimeout(forced)
      }
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      process.off('exit', clear)
    },
  }
  return dc
}

/** The data of a freshly provisioned domain: from the cache, or made now. */
async function provisioned(
  domain: string,
  netbios: string,
  extra: readonly string[],
): Promise<string> {
  const version = execFileSync('samba', ['--version'], { encoding: 'utf8' })
  const key = createHash('sha256')
    .update(JSON.stringify([version, domain, netbios, extra, adminPassword]))
    .digest('hex')
    .slice(0, 16)
  const cache = join(import.meta.dirname, '../node_modules/.cache/glacis-samba')
  await mkdir(cache, { recursive: true, mode: 0o700 })
  // Each is named by the time it was made and never replaced, since another process may be copying it.
  for (const name of await readdir(cache)) {
    const age = Date.now() - Number(name.split('-').at(-1))
    if (name.startsWith(`${key}-`) && age < CACHE_MS) return join(cache, name)
    if (age > 2 * CACHE_MS) await rm(join(cache, name), { recursive: true, force: true })
  }
  const fresh = await mkdtemp(join(cache, 'new-'))
  try {
    const emptyConfig = join(fresh, 'empty.conf')
    await writeFile(emptyConfig, '[global]\n')
    await execute('samba-tool', [
      'domain',
      'provision',
      `--configfile=${emptyConfig}`,
      `--targetdir=${fresh}`,
      `--realm=${domain.toUpperCase()}`,
      `--domain=${netbios}`,
      `--adminpass=${adminPassword}`,
      '--server-role=dc',
      '--dns-backend=SAMBA_INTERNAL',
      '--host-name=dc1',
      '--host-ip=127.0.0.1',
      '--option=interfaces=lo',
      '--option=bind interfaces only=yes',
      '--option=dns forwarder=',
      ...extra,
    ])
    const ready = join(cache, `${key}-${Date.now()}`)
    await rename(fresh, ready)
    return ready
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

function configuration(
  data: string,
  { domain, netbios }: { domain: string; netbios: string },
  globals: readonly string[],
): string {
  const lines = [
    '[global]',
    'netbios name = DC1',
    `realm = ${domain.toUpperCase()}`,
    `workgroup = ${netbios}`,
    'server role = active directory domain controller',
    `private dir = ${data}/private`,
    `state directory = ${data}/state`,
    `cache directory = ${data}/cache`,
    `lock directory = ${data}`,
    `binddns dir = ${data}/bind-dns`,
    ...globals,
    '[sysvol]',
    `path = ${data}/state/sysvol`,
    'read only = no',
    '[netlogon]',
    `path = ${data}/state/sysvol/${domain}/scripts`,
    'read only = no',
  ]
  return `${lines.join('\n')}\n`
}

/** Objects by which a second controller is known: computer, server, NTDS Settings (MS-ADTS 6.1.1.2.2.1.2.1). */
function controllerObjects(baseDn: string, domain: string, hostName: string): string {
  const name = hostName.toUpperCase()
  const forest = `CN=Configuration,${baseDn}`
  const computer = `CN=${name},OU=Domain Controllers,${baseDn}`
  const server = `CN=${name},CN=Servers,CN=Default-First-Site-Name,CN=Sites,${forest}`
  return [
    `dn: ${computer}\nchangetype: add\nobjectClass: computer\nsAMAccountName: ${name}$\n` +
      `userAccountControl: 532480\nprimaryGroupID: 516\ndNSHostName: ${hostName}.${domain}\n`,
    `dn: ${server}\nchangetype: add\nobjectClass: server\ndNSHostName: ${hostName}.${domain}\nserverReference: ${computer}\n`,
    `dn: CN=NTDS Settings,${server}\nchangetype: add\nobjectClass: applicationSettings\nobjectClass: nTDSDSA\n` +
      `options: 1\nmsDS-Behavior-Version: 4\ninvocationId:: ${Buffer.alloc(16, name).toString('base64')}\n` +
      `dMDLocation: CN=Schema,${forest}\n` +
      [baseDn, forest, `CN=Schema,${forest}`].map((dn) => `hasMasterNCs: ${dn}\n`).join('') +
      [
        baseDn,
        forest,
        `CN=Schema,${forest}`,
        `DC=DomainDnsZones,${baseDn}`,
        `DC=ForestDnsZones,${baseDn}`,
      ]
        .map((dn) => `msDS-hasMasterNCs: ${dn}\n`)
        .join(''),
  ].join('\n')
}

async function readDomainSid(data: string, baseDn: string): Promise<string> {
  const text = await execute('ldbsearch', [
    '-H',
    join(data, 'private/sam.ldb'),
    '-s',
    'base',
    '-b',
    baseDn,
    'objectSid',
  ])
  return /^objectSid: (\S+)/m.exec(text)![1]!
}

/** Name of a controller's directory, before the id of the process that made it. */
const DIRECTORY = 'glacis-samba-'

/** Removes what test processes left that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${DIRECTORY}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isRunning(Number(pid))) continue
    await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function freeAddress(): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const host = `127.${randomInt(64, 128)}.${randomInt(1, 255)}.${randomInt(1, 255)}`
    if (await canListen(host)) return host
  }
  throw new Error('no loopback address with a free port 389 found')
}

function canListen(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(389, host, () => server.close(() => resolve(true)))
  })
}

async function listening(host: string, server: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await answers(host, 389)) || !(await answers(host, 636))) {
    const ended = server.exitCode !== null || server.signalCode !== null
    if (ended || Date.now() > deadline) {
      killGroup(server)
      throw new Error(`Samba ${ended ? 'ended' : 'does not listen'}:\n${log()}`)
    }
    await sleep(50)
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function killGroup(server: ChildProcess): void {
  if (server.pid === undefined) return
  try {
    process.kill(-server.pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

function isProgram(name: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((dir) => {
    try {
      accessSync(join(dir, name))
      return true
    } catch {
      return false
    }
  })
}

/** Runs a program to its end and answers what it printed. Throws with all its output when it fails. */
async function execute(
  program: string,
  args: readonly string[],
  { env = process.env, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
    const child = execFile(
      program,
      args,
      { env: { ...env, PATH: path }, maxBuffer: 1 << 30 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(new Error(`${program}: ${stderr}${stdout.slice(-2000)}`, { cause: error }))
      },
    )
    // One that ends without reading says why itself.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
