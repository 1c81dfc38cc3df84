import { type SourceRequest, UsageError, findPassword } from '#app'
import type { Io } from './define.ts'

/** The argument that names where a forest is read from. */
export const sourceArgument = {
  help: 'ldaps://dc.example, an LDIF, .glacis or SharpHound file told by its content, or "sample" for a made-up forest',
} as const

/** Options of every command that reads a forest. */
export const sourceOptions = {
  user: {
    type: 'text',
    value: 'NAME',
    help: 'account for a live source: user@corp.example, CORP\\user or a DN',
  },
  passwordFile: {
    type: 'text',
    value: 'FILE',
    help: 'file whose first line is its password; asked for when not given',
  },
  caFile: {
    type: 'text',
    value: 'FILE',
    help: "PEM file of the authority that issued the server's certificate",
  },
  pin: {
    type: 'text',
    value: 'SHA256',
    help: 'trust exactly the certificate with this fingerprint',
  },
  address: {
    type: 'list',
    value: 'NAME=ADDRESS',
    help: 'where a host is that DNS does not know; may be given several times',
  },
  tree: {
    type: 'list',
    value: 'DOMAIN',
    help: 'DNS name of another domain tree of the forest, to be read with the same account; may be given several times',
  },
  allowPlaintext: {
    type: 'flag',
    help: 'ldap:// without TLS: sends the password so that anyone on the way can read it',
  },
  noProbes: {
    type: 'flag',
    help: 'do not try how the controllers answer to anonymous and unsigned LDAP',
  },
  noInput: { type: 'flag', help: 'never ask for anything' },
} as const

interface SourceInputs {
  readonly user: string | undefined
  readonly passwordFile: string | undefined
  readonly caFile: string | undefined
  readonly pin: string | undefined
  readonly address: readonly string[]
  readonly tree: readonly string[]
  readonly allowPlaintext: boolean
  readonly noProbes: boolean
  readonly noInput: boolean
}

/** What the app needs to read the source; asks for the password when there is a person to ask. */
export function sourceRequest(
  source: string,
  inputs: SourceInputs,
  io: Io,
  { isAccountOptional = false } = {},
): SourceRequest {
  const { user, passwordFile, caFile, pin, address, tree, allowPlaintext, noProbes, noInput } =
    inputs
  const isLive = /^ldaps?:/i.test(source)
  const forServers = {
    '--user': user !== undefined,
    '--ca-file': caFile !== undefined,
    '--pin': pin !== undefined,
    '--address': address.length > 0,
    '--tree': tree.length > 0,
  }
  const idle = Object.entries(forServers).find(([, isGiven]) => isGiven)?.[0]
  if (!isLive && idle !== undefined)
    throw new UsageError(
      `${idle} does nothing here`,
      `${source} is no server`,
      'Leave it out, or give ldaps://… as source.',
    )
  if (isLive && user === undefined && !isAccountOptional) {
    throw new UsageError(
      'no account to read with',
      `${source} answers nobody without one`,
      'Give --user NAME; an ordinary domain user is enough.',
    )
  }
  return {
    source,
    signal: io.signal,
    onProgress: ({ phase, where, objects, perSecond }) => {
      const rate = perSecond === undefined ? '' : `, ${Math.round(perSecond)}/s`
      io.progress(`${phase} ${where}${objects > 0 ? `: ${objects} objects${rate}` : ''}`)
    },
    ...(user === undefined
      ? {}
      : {
          account: {
            name: user,
            password: async () => {
              const found = await findPassword(passwordFile, process.env)
              if (found !== undefined) return found
              if (noInput || !io.isInteractive) {
                throw new UsageError(
                  'no password',
                  `nobody can be asked for the password of ${user}`,
                  'Give --password-file FILE or set GLACIS_PASSWORD_FILE.',
                )
              }
              return io.askSecret(`Password of ${user}: `)
            },
          },
        }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(pin === undefined ? {} : { pin }),
    ...(address.length === 0
      ? {}
      : { addresses: Object.fromEntries(address.map((each) => addressOf(each))) }),
    ...(tree.length === 0 ? {} : { furtherTrees: tree }),
    allowPlaintext,
    probes: !noProbes,
  }
}

function addressOf(text: string): [name: string, address: string] {
  const [, name, address] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined || address === undefined)
    throw new UsageError(
      `cannot use --address ${text}`,
      'it names no host and address',
      'Write --address dc1.corp.example=192.0.2.10.',
    )
  return [name.toLowerCase(), address]
}
