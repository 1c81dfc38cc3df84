import { type X509Certificate, randomBytes } from 'node:crypto'
import { connect } from 'node:tls'
import type { LdapProbe } from '#directory'
import { type BindResponse, type ClientOptions, LdapClient, LdapError, formatResult } from '#ldap'
import { closeOnAbort } from './connector.ts'
import {
  type NtlmChallenge,
  readChallenge,
  writeAnonymous,
  writeMadeUp,
  writeNegotiate,
} from './ntlm.ts'
import {
  type Offer,
  type Place,
  type TlsVersion,
  offerVersion,
  tlsVersions,
} from './tls-versions.ts'

/** A domain controller to ask how it is set up. */
export interface ProbeTarget {
  /** Name as the directory has it, or the address that was given. */
  readonly name: string
  /** Where it is. */
  readonly host: string
  readonly ldapPort: number
  readonly ldapsPort: number
  /** Naming contexts to look into as nobody. */
  readonly namingContexts: readonly string[]
}

/** How patiently to ask. */
export interface ProbeOptions {
  /** Milliseconds for each try. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Asks a domain controller, without any password, how it is set up: whether nobody may read, whether a bind must be signed,
 * whether one over TLS must be bound to its channel, and what it speaks on 636. What could not be found out is in `gaps`.
 *
 * The controller logs a few failed sign-ins of an account `glacis-probe-…` that does not exist; no real account's counters
 * are touched.
 */
export async function probeController(
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<LdapProbe> {
  const gaps: string[] = []
  const tls = await probeTls(target, options, gaps)
  const anonymousRead = await answered('anonymous read', gaps, () => readsAsNobody(target, options))
  const signingRequired = await answered('signing', gaps, () => requiresSigning(target, options))
  const binding =
    tls?.certificate === undefined
      ? undefined
      : await answered('channel binding', gaps, () =>
          requiresBinding(target, tls.certificate!.sha256, options),
        )
  if (tls?.certificate === undefined) gaps.push('channel binding: there is no LDAPS to try it on.')
  return {
    server: target.name,
    ...(anonymousRead === undefined ? {} : { anonymousRead }),
    ...(signingRequired === undefined ? {} : { signingRequired }),
    ...(binding === undefined ? {} : binding),
    ...(tls === undefined ? {} : { tls }),
    gaps,
  }
}

/** Thrown where a server's answer does not tell what was asked. */
class Untold extends Error {}

/** The answer, or a gap that says why there is none. */
async function answered<T>(
  what: string,
  gaps: string[],
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof LdapError && error.code === 'aborted') throw error
    if (!(error instanceof LdapError) && !(error instanceof Untold)) throw error
    gaps.push(`${what}: ${error.message}`)
    return undefined
  }
}

/** Ends of an anonymous search that mean no. AD answers operationsError where a bind is needed first. */
const refusals = new Set<unknown>([
  'operationsError',
  'insufficientAccessRights',
  'inappropriateAuthentication',
  'strongerAuthRequired',
  'confidentialityRequired',
  'unwillingToPerform',
  'noSuchObject',
])

/** Whether an anonymous bind can read an entry of a naming context. */
async function readsAsNobody(target: ProbeTarget, options: ProbeOptions): Promise<boolean> {
  await using client = await openPlain(target, options)
  const bound = await client.bind('', '')
  if (bound.resultCode !== 'success') return false
  for (const baseObject of target.namingContexts) {
    try {
      for await (const found of client.search({ baseObject, attributes: ['1.1'], sizeLimit: 1 })) {
        if (found.op === 'searchResultEntry') return true
      }
    } catch (error) {
      if (!(error instanceof LdapError) || !refusals.has(error.resultCode)) throw error
    }
  }
  return false
}

/**
 * Whether an unsigned SASL bind without TLS is refused as such (MS-ADTS 5.1.2.1, LDAPServerIntegrity 2). The bind is NTLM's
 * of nobody: it succeeds where signing is not demanded, and AD looks at signing only once the account was accepted. Where
 * NTLM is turned off, a simple bind of an account that does not exist tells only when it is refused for that reason.
 */
async function requiresSigning(target: ProbeTarget, options: ProbeOptions): Promise<boolean> {
  try {
    return await refusesNobody(target, options)
  } catch (error) {
    if (!(error instanceof Untold)) throw error
    await using client = await openPlain(target, options)
    if (demandsSigning(await client.bind(madeUpName(), madeUpName()))) return true
    throw error
  }
}

async function refusesNobody(target: ProbeTarget, options: ProbeOptions): Promise<boolean> {
  await using client = await openPlain(target, options)
  const challenge = await askChallenge(client)
  if (challenge === true) return true
  const answer = await client.bindSasl(MECHANISM, writeAnonymous())
  if (answer.resultCode === 'success') return false
  if (demandsSigning(answer)) return true
  throw new Untold(`the server lets nobody in by NTLM: ${formatResult(answer)}`)
}

function demandsSigning({ resultCode }: BindResponse): boolean {
  return resultCode === 'strongerAuthRequired' || resultCode === 'confidentialityRequired'
}

/** Text of AD where the channel binding is refused: SEC_E_BAD_BINDINGS. */
const BAD_BINDINGS = /\b80090346\b/
/** Texts of AD where NTLM is turned off: SEC_E_UNSUPPORTED_FUNCTION, SEC_E_NOT_SUPPORTED. */
const NO_NTLM = /^8009030[24]/

/**
 * Whether SASL binds over TLS are refused without, or with a wrong, channel binding (MS-ADTS 5.1.2.2). AD looks at the
 * binding before it looks at the account, so an account that does not exist will do.
 */
async function requiresBinding(
  target: ProbeTarget,
  sha256: string,
  options: ProbeOptions,
): Promise<Pick<LdapProbe, 'channelBindingRequired' | 'channelBindingChecked'>> {
  const isRefused = async (channelBinding: Uint8Array | undefined): Promise<boolean> => {
    await using client = await openPinned(target, sha256, options)
    const challenge = await askChallenge(client)
    if (challenge === true) throw new Untold('the server does not take NTLM over TLS')
    const answer = await client.bindSasl(
      MECHANISM,
      writeMadeUp(madeUpName(), challenge, channelBinding),
    )
    if (BAD_BINDINGS.test(answer.diagnosticMessage)) return true
    if (answer.resultCode === 'invalidCredentials' && !NO_NTLM.test(answer.diagnosticMessage))
      return false
    throw new Untold(`the answer does not tell: ${formatResult(answer)}`)
  }
  const channelBindingRequired = await isRefused(undefined)
  return {
    channelBindingRequired,
    channelBindingChecked: channelBindingRequired || (await isRefused(randomBytes(16))),
  }
}

const MECHANISM = 'GSS-SPNEGO'

/** The server's NTLM challenge (MS-NLMP 2.2.1.2); true where it demands signing at once. Windows and Samba take NTLM without SPNEGO around it. */
async function askChallenge(client: LdapClient): Promise<NtlmChallenge | true> {
  const answer = await client.bindSasl(MECHANISM, writeNegotiate())
  if (demandsSigning(answer)) return true
  const challenge =
    answer.serverSaslCreds === undefined ? undefined : readChallenge(answer.serverSaslCreds)
  if (answer.resultCode !== 'saslBindInProgress' || challenge === undefined) {
    throw new Untold(`the server does not take NTLM: ${formatResult(answer)}`)
  }
  return challenge
}

/** A name no account has; recognisable in the controller's log. */
function madeUpName(): string {
  return `glacis-probe-${randomBytes(6).toString('hex')}`
}

async function openPlain(
  { host, ldapPort }: ProbeTarget,
  options: ProbeOptions,
): Promise<LdapClient> {
  const client = await LdapClient.connect({
    ...patience(options),
    host,
    port: ldapPort,
    security: 'plain',
  })
  closeOnAbort(client, options.signal)
  return client
}

/** A TLS connection to the very server whose certificate was just seen; trust does not matter for what is asked. */
async function openPinned(
  { host, ldapsPort }: ProbeTarget,
  sha256: string,
  options: ProbeOptions,
): Promise<LdapClient> {
  const client = await LdapClient.connect({
    ...patience(options),
    host,
    port: ldapsPort,
    security: 'ldaps',
    tls: { fingerprint256: sha256, minVersion: 'TLSv1' },
  })
  closeOnAbort(client, options.signal)
  return client
}

function patience({
  timeoutMs,
  signal,
}: ProbeOptions): Pick<ClientOptions, 'connectTimeoutMs' | 'operationTimeoutMs' | 'signal'> {
  return {
    connectTimeoutMs: timeoutMs,
    operationTimeoutMs: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  }
}

/** Versions and certificate on 636. Nothing when the port could not be asked. */
async function probeTls(
  target: ProbeTarget,
  options: ProbeOptions,
  gaps: string[],
): Promise<LdapProbe['tls']> {
  const place: Place = { host: target.host, port: target.ldapsPort, name: target.name }
  const versions: TlsVersion[] = []
  const untold = new Map<string, TlsVersion[]>()
  for (const version of tlsVersions) {
    const offer: Offer = await offerVersion(version, place, options)
    if (offer === 'accepted') versions.push(version)
    else if (offer !== 'refused')
      untold.set(offer.unknown, [...(untold.get(offer.unknown) ?? []), version])
  }
  for (const [because, unseen] of untold) gaps.push(`${unseen.join(', ')}: ${because}.`)
  if (versions.length === 0) return untold.size > 0 ? undefined : { versions }
  const certificate = await shownCertificate(place, options)
  if (certificate === undefined) {
    gaps.push('certificate: no handshake could be completed to see it.')
    return { versions }
  }
  return { versions, certificate: describe(certificate) }
}

function shownCertificate(
  { host, port, name }: Place,
  { timeoutMs, signal }: ProbeOptions,
): Promise<X509Certificate | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
      // Looked at, not trusted.
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const end = (certificate?: X509Certificate): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(certificate)
    }
    const onAbort = (): void => end()
    const timer = setTimeout(() => end(), timeoutMs)
    signal?.addEventListener('abort', onAbort)
    socket.on('secureConnect', () => end(socket.getPeerX509Certificate()))
    socket.on('error', () => end())
    socket.on('close', () => end())
  })
}

function describe(
  certificate: X509Certificate,
): NonNullable<NonNullable<LdapProbe['tls']>['certificate']> {
  const keyBits = certificate.publicKey.asymmetricKeyDetails?.modulusLength
  const { signatureAlgorithm } = certificate
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    ...(keyBits === undefined ? {} : { keyBits }),
    ...(signatureAlgorithm === undefined ? {} : { signatureAlgorithm }),
    names: (certificate.subjectAltName ?? '').split(', ').filter((entry) => entry !== ''),
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').toReversed().join(', ')
}

/** Asks several controllers, a few at a time, and tells of each as it begins. */
export async function probeControllers(
  targets: readonly ProbeTarget[],
  options: ProbeOptions & { readonly onBegin?: (target: ProbeTarget) => void },
): Promise<LdapProbe[]> {
  const probes: LdapProbe[] = []
  const next = targets.entries()
  async function work(): Promise<void> {
    for (const [index, target] of next) {
      options.onBegin?.(target)
      probes[index] = await probeController(target, options)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return probes
}

const AT_ONCE = 4
