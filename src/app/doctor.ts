import { access, constants, statfs } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { CollectError, collect, parseLdapUrl, placeOf } from '#collect'
import { parseGeneralizedTime } from '#directory'
import {
  type EntryView,
  LdapClient,
  LdapError,
  capabilityOids,
  requireSuccess,
  sdFlags,
} from '#ldap'
import type { SourceRequest } from './source.ts'

/** One thing that was looked at. */
export interface Check {
  /** What was looked at. */
  readonly what: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly says: string
  /** What to do, when it is not ok. */
  readonly tryThis?: string
}

/** Days before a certificate ends from which on it is worth a word. */
const certificateWarningDays = 30
/** Kerberos refuses more than five minutes of difference; certificates are judged by the clock too. */
const mostClockSkewMs = 5 * 60_000
const leastFreeBytes = 512 * 1024 * 1024

/**
 * Looks for what would keep an assessment from working, in the order in which things are needed: the machine, the name, the
 * network, TLS, the account, its rights. Stops at the first failure that makes the rest pointless. Without a source only the
 * machine is looked at.
 */
export async function* diagnose(request: Partial<SourceRequest>, now: Date): AsyncGenerator<Check> {
  yield* checkMachine()
  const { source } = request
  if (source === undefined || source === 'sample') return
  if (/^ldaps?:\/\//i.test(source)) yield* checkServer({ ...request, source }, now)
  else yield await checkFile({ ...request, source })
}

async function* checkMachine(): AsyncGenerator<Check> {
  const major = Number(process.versions.node.split('.')[0])
  yield major >= 26
    ? { what: 'Node', state: 'ok', says: `version ${process.versions.node}` }
    : {
        what: 'Node',
        state: 'fail',
        says: `version ${process.versions.node} is too old`,
        tryThis: 'Start with ./glacis, which brings its own.',
      }
  const folder = process.cwd()
  try {
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    yield free < leastFreeBytes
      ? {
          what: 'Disk',
          state: 'warn',
          says: `only ${mebibytes(free)} MiB are free in ${folder}`,
          tryThis: 'Make room or change to another folder: a large forest makes a large snapshot.',
        }
      : { what: 'Disk', state: 'ok', says: `${mebibytes(free)} MiB free in ${folder}` }
  } catch {
    yield {
      what: 'Disk',
      state: 'warn',
      says: `cannot write in ${folder}`,
      tryThis: 'Change to a folder of your own, or give whole paths for what is to be written.',
    }
  }
}

async function checkFile(request: SourceRequest): Promise<Check> {
  try {
    const { count, domains } = await collect(
      request.source,
      request.signal === undefined ? {} : { signal: request.signal },
    )
    const names = domains.map(({ name }) => name).join(', ')
    if (domains.length === 0) {
      return {
        what: 'File',
        state: 'warn',
        says: `${count} objects, but no head of a domain among them`,
        tryThis: 'Export the whole domain, its head included.',
      }
    }
    return { what: 'File', state: 'ok', says: `${count} objects of ${names}` }
  } catch (error) {
    if (!(error instanceof CollectError)) throw error
    return {
      what: 'File',
      state: 'fail',
      says: `${error.what}: ${error.why}`,
      tryThis: error.tryThis,
    }
  }
}

async function* checkServer(request: SourceRequest, now: Date): AsyncGenerator<Check> {
  const { scheme, server } = parseLdapUrl(request.source)
  const { host } = server
  const given = placeOf(request.addresses?.[host.toLowerCase()])
  const found = given === undefined ? await checkName(host) : nameGiven(host, given.host)
  yield found
  if (found.state === 'fail') return
  const authorities = await readAuthorities(request.caFile)
  if (typeof authorities === 'object') {
    yield authorities
    return
  }
  const port = given?.port ?? server.port
  let client: LdapClient
  try {
    client = await LdapClient.connect({
      host: given?.host ?? host,
      ...(port === undefined ? {} : { port }),
      security:
        scheme === 'ldaps' ? 'ldaps' : request.allowPlaintext === true ? 'plain' : 'startTls',
      connectTimeoutMs: 10_000,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      tls: {
        servername: host,
        ...(authorities === undefined ? {} : { ca: authorities }),
        ...(request.pin === undefined ? {} : { fingerprint256: request.pin }),
      },
    })
  } catch (error) {
    if (!(error instanceof LdapError)) throw error
    if (error.code === 'aborted') throw new Error('interrupted', { cause: error })
    yield {
      what: error.code === 'certificate' || error.code === 'tls' ? 'TLS' : 'Network',
      state: 'fail',
      says: error.message,
      tryThis: connectionAdvice[error.code] ?? 'See above.',
    }
    return
  }
  try {
    yield { what: 'Network', state: 'ok', says: `${client.peer} answers` }
    yield* checkTls(client, now)
    const root = await readOne(client, '', 'baseObject')
    yield* checkRoot(root, now)
    if (request.account === undefined) {
      yield {
        what: 'Account',
        state: 'warn',
        says: 'not tried',
        tryThis: 'Give --user NAME to try an account too.',
      }
      return
    }
    const { name, password } = request.account
    try {
      requireSuccess(await client.bind(name, await password()), 'Signing in')
    } catch (error) {
      if (!(error instanceof LdapError)) throw error
      yield {
        what: 'Account',
        state: 'fail',
        says: error.message,
        tryThis:
          'Check name (user@domain, DOMAIN\\user or a DN) and password; is the account locked, expired or must it change its password?',
      }
      return
    }
    yield { what: 'Account', state: 'ok', says: `signed in as ${await nameOfCaller(client, name)}` }
    yield* checkRights(client, root)
  } finally {
    await client.close()
  }
}

async function checkName(host: string): Promise<Check> {
  try {
    const addresses = await lookup(host, { all: true })
    const texts = addresses.map(({ address }) => address)
    return { what: 'Name', state: 'ok', says: `${host} is ${texts.join(', ')}` }
  } catch {
    return {
      what: 'Name',
      state: 'fail',
      says: `${host} does not resolve`,
      tryThis:
        "Is it spelt right? Does this machine ask the domain's DNS server (see /etc/resolv.conf)? Else say where it is with --address NAME=ADDRESS.",
    }
  }
}

function nameGiven(host: string, address: string): Check {
  return { what: 'Name', state: 'ok', says: `${host} is ${address}, as given` }
}

/** The PEM file of authorities to trust, or what is wrong with it; nothing when none was named. */
async function readAuthorities(path: string | undefined): Promise<string | Check | undefined> {
  if (path === undefined) return undefined
  const wrong = (says: string): Check => ({
    what: 'File',
    state: 'fail',
    says,
    tryThis: 'Give the PEM file of the authority that issued the certificates of your controllers.',
  })
  try {
    const text = await readFile(path, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    return wrong(`there is no PEM certificate in the CA file ${path}`)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return wrong(`the CA file ${path} ${isMissing ? 'does not exist' : 'cannot be read'}`)
  }
}

/** Who the server takes us for; the name that was given where it does not say, as Samba does not. */
async function nameOfCaller(client: LdapClient, given: string): Promise<string> {
  try {
    return await client.whoAmI()
  } catch (error) {
    if (error instanceof LdapError && error.code === 'result') return given
    throw error
  }
}

const connectionAdvice: Partial<Record<LdapError['code'], string>> = {
  refused:
    'Is it a domain controller, and the port right (636 for ldaps, 389 for ldap)? A firewall may refuse too.',
  unreachable: 'Is there a route to it? A firewall in between may drop what you send.',
  timeout: 'A firewall probably drops what you send. Is port 636 open from here?',
  certificate:
    'Give the issuing authority with --ca-file FILE, or compare the fingerprint with the controller and --pin it.',
  tls: 'Does the controller have a certificate for LDAPS? Without one it cannot speak TLS.',
  closed:
    'The server hung up: is it a domain controller, and does it have a certificate for LDAPS?',
  protocol: 'What answers there does not speak LDAP: is the port right?',
}

function* checkTls(client: LdapClient, now: Date): Generator<Check> {
  const { tls } = client
  if (tls === undefined) {
    yield {
      what: 'TLS',
      state: 'warn',
      says: 'none: the password goes in clear',
      tryThis: 'Use ldaps://.',
    }
    return
  }
  const [certificate] = tls.certificates
  const days =
    certificate === undefined
      ? Infinity
      : Math.floor((certificate.validTo.getTime() - now.getTime()) / 86_400_000)
  yield days < certificateWarningDays
    ? {
        what: 'TLS',
        state: 'warn',
        says: `${tls.version}; the certificate ends in ${days} days`,
        tryThis: 'Renew it in time.',
      }
    : {
        what: 'TLS',
        state: 'ok',
        says: `${tls.version}, certificate of ${certificate?.subject ?? 'unknown'}`,
      }
}

function* checkRoot(root: EntryView | undefined, now: Date): Generator<Check> {
  const isActiveDirectory =
    root?.get('supportedCapabilities')?.texts.includes(capabilityOids.activeDirectory) === true
  yield isActiveDirectory
    ? {
        what: 'Directory',
        state: 'ok',
        says: `Active Directory, ${root?.get('dnsHostName')?.text ?? 'unnamed'} for ${root?.get('defaultNamingContext')?.text ?? 'no domain'}`,
      }
    : {
        what: 'Directory',
        state: 'fail',
        says: 'answers, but not as Active Directory does',
        tryThis: 'Give a domain controller.',
      }
  const told = root?.get('currentTime')?.text
  const theirs = told === undefined ? undefined : parseGeneralizedTime(told)
  if (theirs === undefined) return
  const skewMs = Math.abs(theirs.getTime() - now.getTime())
  yield skewMs > mostClockSkewMs
    ? {
        what: 'Clock',
        state: 'warn',
        says: `this machine and the controller differ by ${Math.round(skewMs / 60_000)} minutes`,
        tryThis:
          'Set this machine by NTP: certificates and tickets are judged by the clock. Glacis itself judges ages by the controller’s.',
      }
    : { what: 'Clock', state: 'ok', says: `within ${Math.ceil(skewMs / 1000)} s of the controller` }
}

async function* checkRights(
  client: LdapClient,
  root: EntryView | undefined,
): AsyncGenerator<Check> {
  for (const [what, name] of [
    ['Domain', 'defaultNamingContext'],
    ['Configuration', 'configurationNamingContext'],
    ['Schema', 'schemaNamingContext'],
  ] as const) {
    const base = root?.get(name)?.text
    if (base === undefined) {
      yield {
        what,
        state: 'fail',
        says: `the server does not say where its ${what.toLowerCase()} is`,
        tryThis: 'Give a domain controller.',
      }
      continue
    }
    const head = await readOne(client, base, 'baseObject')
    if (head === undefined)
      yield {
        what,
        state: 'fail',
        says: `${base} cannot be read`,
        tryThis: 'Use an account of the domain; was reading taken away from Authenticated Users?',
      }
    else if (head.get('nTSecurityDescriptor') === undefined) {
      yield {
        what,
        state: 'warn',
        says: `${base} can be read, but not its permissions`,
        tryThis:
          'Rules about access will be "not assessed". An ordinary user can read permissions unless that was taken away.',
      }
    } else yield { what, state: 'ok', says: `${base} and its permissions can be read` }
  }
}

async function readOne(
  client: LdapClient,
  baseObject: string,
  scope: 'baseObject',
): Promise<EntryView | undefined> {
  const attributes = baseObject === '' ? ['*', '+'] : ['objectClass', 'nTSecurityDescriptor']
  try {
    for await (const found of client.search({
      baseObject,
      scope,
      attributes,
      ...(baseObject === '' ? {} : { controls: [sdFlags.of(7)] }),
    })) {
      if (found.op === 'searchResultEntry') return found
    }
  } catch (error) {
    if (!(error instanceof LdapError)) throw error
  }
  return undefined
}

function mebibytes(octets: number): number {
  return Math.floor(octets / (1024 * 1024))
}
