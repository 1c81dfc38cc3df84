import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import {
  type ClientOptions,
  LdapClient,
  LdapError,
  type LdapResult,
  type PeerCertificate,
  formatResult,
} from '#ldap'
import {
  CollectError,
  type CollectErrorCode,
  type Explanation,
  type ShownCertificate,
  interrupted,
} from './error.ts'
import { type CollectOptions, defaultTimeouts } from './options.ts'

/** A domain controller to talk to. */
export interface Server {
  /** Name or address as given by the caller or the directory; its certificate must be for it. */
  readonly host: string
  /** Where it is not the usual one. */
  readonly port?: number
}

/** How the caller wants servers to be spoken to: worked out once, holds the password until {@link close}. */
export class Connector {
  readonly security: 'ldaps' | 'startTls' | 'plain'
  readonly #options: CollectOptions
  readonly #ca: string | undefined
  readonly #account: string
  readonly #password: Uint8Array
  /** The server that a pinned certificate is of. */
  readonly #named: string

  private constructor(
    options: CollectOptions,
    parts: {
      security: Connector['security']
      ca: string | undefined
      account: string
      password: Uint8Array
      named: string
    },
  ) {
    this.#options = options
    this.security = parts.security
    this.#ca = parts.ca
    this.#account = parts.account
    this.#password = parts.password
    this.#named = parts.named
  }

  /** Reads the CA file and asks for the password. `named` is the server that the source names. */
  static async open(
    scheme: 'ldap' | 'ldaps',
    named: Server,
    options: CollectOptions,
  ): Promise<Connector> {
    const { account, allowPlaintext = false, caFile } = options
    if (account === undefined || account.name === '') {
      throw new CollectError('option', {
        what: `Cannot sign in to ${named.host}`,
        why: 'no account was given',
        tryThis: 'Give the name of an ordinary domain user, such as reader@corp.example.',
      })
    }
    const ca = caFile === undefined ? undefined : await readAuthorities(caFile)
    const password = await account.password()
    if (password.length === 0) {
      throw new CollectError('login', {
        what: `Cannot sign in to ${named.host}`,
        why: 'the password is empty, and servers take that for nobody',
        tryThis: 'Give the password of the account.',
      })
    }
    const security = scheme === 'ldaps' ? 'ldaps' : allowPlaintext ? 'plain' : 'startTls'
    return new Connector(options, {
      security,
      ca,
      account: account.name,
      password,
      named: named.host,
    })
  }

  /** Whether the account is named by its DN, which only its own domain understands. */
  get isByDn(): boolean {
    return /^[a-z0-9.]+=/i.test(this.#account)
  }

  /** Overwrites the password. */
  close(): void {
    this.#password.fill(0)
  }

  /** Opens a connection without signing in. @throws CollectError */
  async connect(server: Server, changes: Partial<ClientOptions> = {}): Promise<LdapClient> {
    try {
      const client = await LdapClient.connect({ ...this.clientOptions(server), ...changes })
      closeOnAbort(client, this.#options.signal)
      return client
    } catch (error) {
      throw error instanceof LdapError ? this.explain(error, server) : error
    }
  }

  /** Opens a connection and signs in. @throws CollectError */
  async signIn(server: Server): Promise<LdapClient> {
    const client = await this.connect(server)
    try {
      const answer = await client.bind(this.#account, Buffer.from(this.#password).toString('utf8'))
      if (answer.resultCode !== 'success') throw bindError(server, answer, this.security)
      return client
    } catch (error) {
      await client.close()
      throw error instanceof LdapError ? this.explain(error, server) : error
    }
  }

  /** How to connect to a server, with its certificate to be checked against what the caller trusts. */
  clientOptions({ host, port }: Server): ClientOptions {
    const { addresses = {}, fingerprint, limits = {}, signal } = this.#options
    const timeouts = { ...defaultTimeouts, ...this.#options.timeouts }
    const given = placeOf(addresses[host.toLowerCase()] ?? addresses[host])
    const place = { host: given?.host ?? host, port: given?.port ?? port }
    const isPinned = fingerprint !== undefined && host === this.#named
    return {
      host: place.host,
      ...(place.port === undefined ? {} : { port: place.port }),
      security: this.security,
      tls: {
        servername: host,
        ...(this.#ca === undefined ? {} : { ca: this.#ca }),
        ...(isPinned ? { fingerprint256: fingerprint } : {}),
      },
      connectTimeoutMs: timeouts.connectMs,
      idleTimeoutMs: timeouts.idleMs,
      operationTimeoutMs: timeouts.pageMs,
      maxPduBytes: limits.messageBytes ?? 64 * 1024 * 1024,
      maxBufferedBytes: 256 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    }
  }

  /** Where a server's two ports are. A port that was given is the one of the scheme in use. */
  placesOf(server: Server): {
    readonly host: string
    readonly ldapPort: number
    readonly ldapsPort: number
  } {
    const { host, port } = this.clientOptions(server)
    const isTls = this.security === 'ldaps'
    return {
      host,
      ldapPort: (isTls ? undefined : port) ?? 389,
      ldapsPort: (isTls ? port : undefined) ?? 636,
    }
  }

  /** What went wrong with a server, for people. */
  explain(error: LdapError, server: Server): CollectError {
    const { signal } = this.#options
    if (error.code === 'aborted' || signal?.aborted === true) return interrupted(signal)
    const [code, explanation] = explanationOf(error, server, this.security)
    return new CollectError(code, explanation, {
      cause: error,
      chain: (error.certificates ?? []).map(shown),
    })
  }
}

/** Ends whatever a connection waits for when the caller stops the work. */
export function closeOnAbort(client: LdapClient, signal: AbortSignal | undefined): void {
  signal?.addEventListener('abort', () => void client.close(), { once: true })
}

/** `host` or `host:port` of an address; an IPv6 address with a port stands in brackets. */
export function placeOf(address: string | undefined): Server | undefined {
  if (address === undefined) return undefined
  const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(address) ?? /^([^:]+)(?::(\d+))?$/.exec(address)
  if (match === null) return { host: address }
  return { host: match[1]!, ...(match[2] === undefined ? {} : { port: Number(match[2]) }) }
}

async function readAuthorities(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new CollectError(
      'file-unreadable',
      {
        what: `Cannot read the CA file ${path}`,
        why:
          error instanceof Error && 'code' in error && error.code === 'ENOENT'
            ? 'there is no such file'
            : String(error),
        tryThis:
          'Give the PEM file of the authority that issued the certificates of your domain controllers.',
      },
      { cause: error },
    )
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CollectError('file-format', {
      what: `Cannot use the CA file ${path}`,
      why: 'there is no PEM certificate in it',
      tryThis: 'Turn it into PEM: openssl x509 -inform der -in FILE -out FILE.pem.',
    })
  }
  return text
}

const kinds: Readonly<Record<LdapError['code'], CollectErrorCode>> = {
  hostUnknown: 'host-unknown',
  refused: 'unreachable',
  unreachable: 'unreachable',
  timeout: 'timeout',
  certificate: 'certificate',
  tls: 'tls',
  closed: 'connection-lost',
  protocol: 'protocol',
  limit: 'too-big',
  result: 'refused',
  aborted: 'interrupted',
  emptyPassword: 'login',
}

function explanationOf(
  error: LdapError,
  { host }: Server,
  security: Connector['security'],
): readonly [CollectErrorCode, Explanation] {
  const code = kinds[error.code]
  const why = lowerFirst(error.message.replace(/\.$/, ''))
  switch (error.code) {
    case 'hostUnknown':
      return [
        code,
        {
          what: `Cannot reach ${host}`,
          why: 'no host of this name is known here',
          tryThis:
            'Check the spelling. Where this machine does not ask the DNS of the domain, give the address of the host too.',
        },
      ]
    case 'refused':
    case 'unreachable':
    case 'timeout':
      return [
        code,
        {
          what: `Cannot reach ${host}`,
          why,
          tryThis:
            'Check that it is a running domain controller and that no firewall is between: port 636 for ldaps://, 389 for ldap://.',
        },
      ]
    case 'certificate':
      return [
        code,
        {
          what: `Do not trust ${host}`,
          why: certificateProblem(error),
          tryThis:
            'Compare the fingerprint with the one on the server. If it is the same, give the authority as CA file, or this fingerprint.',
        },
      ]
    case 'tls':
      return [
        code,
        {
          what: `No secure connection to ${host}`,
          why,
          tryThis:
            'A controller has LDAPS once it has a certificate; without one there is no protected way to sign in.',
        },
      ]
    case 'result': {
      if (security === 'startTls' && /TLS/.test(error.message)) {
        return [
          'tls',
          {
            what: `No secure connection to ${host}`,
            why: `it, or someone on the way, refuses TLS: ${error.diagnosticMessage || describe(error)}`,
            tryThis: 'Use ldaps://. Nothing was sent that needs protection.',
          },
        ]
      }
      return [code, { what: `${host} refuses`, why, tryThis: 'Check the rights of the account.' }]
    }
    case 'closed':
      return [
        code,
        { what: `Lost ${host}`, why, tryThis: 'Try again, or name another domain controller.' },
      ]
    case 'protocol':
    case 'limit':
      return [
        code,
        {
          what: `Cannot make sense of ${host}`,
          why,
          tryThis: 'Make sure that this is a domain controller.',
        },
      ]
    case 'aborted':
    case 'emptyPassword':
      return [code, { what: `Stopped at ${host}`, why, tryThis: 'Start it again.' }]
  }
}

function certificateProblem(error: LdapError): string {
  const [own] = error.certificates ?? []
  const said = error.message.replace(/^.*not trusted: /, '').replace(/ It is for .*$/s, '')
  return own === undefined
    ? said
    : `${said} The certificate is for "${own.subject}", issued by "${own.issuer}"`
}

/** A certificate as a person is shown it. */
export function shown(certificate: PeerCertificate): ShownCertificate {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    notBefore: certificate.validFrom,
    notAfter: certificate.validTo,
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    names: certificate.subjectAltName.split(', ').filter((name) => name !== ''),
  }
}

/** Reasons that AD gives behind "data" in the text of error 49, by Win32 code (MS-ERREF 2.2). */
const refusals: Partial<Record<string, readonly [why: string, tryThis: string]>> = {
  '525': ['there is no such account', 'Check the name: reader@corp.example, CORP\\reader or a DN.'],
  '52e': [
    'the name or the password is wrong',
    'Check both; a locked-out account can look the same.',
  ],
  '52f': [
    'the account may not sign in this way (Protected Users, or an authentication policy)',
    'Use an ordinary account.',
  ],
  '530': [
    'the account may not sign in at this hour',
    'Change its logon hours, or use another account.',
  ],
  '531': [
    'the account may not sign in from this machine',
    'Change its workstations, or use another account.',
  ],
  '532': ['the password has expired', 'Change it, or use another account.'],
  '533': ['the account is disabled', 'Enable it, or use another account.'],
  '569': ['the account lacks the right to sign in over the network', 'Use another account.'],
  '701': ['the account has expired', 'Extend it, or use another account.'],
  '773': ['the password must be changed first', 'Change it, or use another account.'],
  '775': ['the account is locked out', 'Unlock it or wait; do not try again at once.'],
}

function bindError(
  server: Server,
  answer: LdapResult,
  security: Connector['security'],
): CollectError {
  const what = `Cannot sign in to ${server.host}`
  if (answer.resultCode === 'invalidCredentials') {
    const data = /\bdata ([0-9a-f]+)/i.exec(answer.diagnosticMessage)?.[1]?.toLowerCase() ?? '52e'
    const [why, tryThis] = refusals[data] ?? refusals['52e']!
    return new CollectError('login', { what, why, tryThis })
  }
  if (answer.resultCode === 'busy' || answer.resultCode === 'unavailable') {
    // Said of itself and not of the account: it is no refused sign-in.
    return new CollectError(
      'refused',
      {
        what,
        why: lowerFirst(formatResult(answer)),
        tryThis: 'Try again later, or name another domain controller.',
      },
      { cause: new LdapError('result', formatResult(answer), { result: answer }) },
    )
  }
  const isUnprotected =
    answer.resultCode === 'strongerAuthRequired' || answer.resultCode === 'confidentialityRequired'
  if (isUnprotected && security === 'plain') {
    const why = 'it does not take a password without TLS'
    return new CollectError('plaintext', {
      what,
      why,
      tryThis: 'Use ldaps://, or ldap:// with TLS.',
    })
  }
  return new CollectError('login', {
    what,
    why: lowerFirst(formatResult(answer)),
    tryThis: 'Check that simple binds over TLS are allowed for this account.',
  })
}

function describe(error: LdapError): string {
  return error.result === undefined ? error.message : formatResult(error.result)
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text
}

function wrongSource(why: string, tryThis: string): CollectError {
  return new CollectError('source', { what: 'Cannot use the given source', why, tryThis })
}

/** Server and scheme of `ldap[s]://host[:port]`. @throws CollectError `source`. */
export function parseLdapUrl(source: string): {
  readonly scheme: 'ldap' | 'ldaps'
  readonly server: Server
} {
  const match = /^(ldaps?):\/\/([^/?#]*)(.*)$/is.exec(source)
  const [, scheme = '', authority = '', rest = ''] = match ?? []
  if (authority.includes('@')) {
    throw wrongSource(
      'an account does not belong in it',
      'Give ldaps://dc.example, and the account by itself.',
    )
  }
  if (rest !== '' && rest !== '/') {
    throw wrongSource(
      'something follows the host',
      'Give ldaps://dc.example; the whole forest is read.',
    )
  }
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(authority)
  const host = parts?.[1] ?? parts?.[2] ?? ''
  const port = parts?.[3] === undefined ? undefined : Number(parts[3])
  const isName = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(
    host,
  )
  if ((isIP(host) === 0 && !isName) || (port !== undefined && (port < 1 || port > 65_535))) {
    throw wrongSource('it names no host', 'Give ldaps://dc.example or ldaps://dc.example:636.')
  }
  if (port === 3268 || port === 3269) {
    throw wrongSource(
      `${port} is the port of the global catalogue, which has only a part of every object`,
      'Leave the port out: every domain of the forest is read from its own controllers.',
    )
  }
  return {
    scheme: scheme.toLowerCase() as 'ldap' | 'ldaps',
    server: { host: host.replace(/\.$/, ''), ...(port === undefined ? {} : { port }) },
  }
}
