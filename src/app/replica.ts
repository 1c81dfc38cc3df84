import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Snapshot } from '#directory'
import { ReplicaError, hashPassword, openReplica } from '#replica'
import { UsageError } from './error.ts'

/** How to serve a snapshot. */
export interface ReplicaRequest {
  /** `ADDRESS:PORT` of LDAP. */
  readonly listen: string
  /** `ADDRESS:PORT` of LDAPS; on the same address. */
  readonly listenTls?: string
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** Name to bind as. */
  readonly user: string
  /** A new one is made when there is none. */
  readonly password?: string
  /** Told of a fault of ours that cost one client its answer. */
  readonly onFault?: (error: unknown) => void
}

/** A server that runs. */
export interface RunningReplica {
  readonly addresses: readonly string[]
  /** Password that was made because none was given. */
  readonly madePassword?: string
  close(): Promise<void>
}

/** Serves a snapshot over LDAP, read-only. @throws UsageError when it may not or cannot listen. */
export async function serveReplica(
  snapshot: Snapshot,
  request: ReplicaRequest,
): Promise<RunningReplica> {
  const { listen, listenTls, tls, user } = request
  const plain = parseListen(listen)
  const secure = listenTls === undefined ? undefined : parseListen(listenTls)
  if (secure !== undefined && secure.host !== plain.host) {
    throw new UsageError(
      `cannot listen on ${listen} and ${listenTls ?? ''}`,
      'both ports are on one address',
      'Give the same address for both.',
    )
  }
  const made = request.password === undefined ? randomBytes(12).toString('base64url') : undefined
  const password = request.password ?? made ?? ''
  try {
    const replica = await openReplica({
      snapshot,
      host: plain.host,
      port: plain.port,
      ...(secure === undefined ? {} : { tlsPort: secure.port }),
      ...(tls === undefined
        ? {}
        : { tls: { cert: await readFile(tls.certFile), key: await readFile(tls.keyFile) } }),
      accounts: [{ name: user, password: await hashPassword(password), isPrivileged: true }],
      ...(request.onFault === undefined ? {} : { onFault: request.onFault }),
    })
    const host = replica.host.includes(':') ? `[${replica.host}]` : replica.host
    return {
      addresses: [
        ...(replica.port === undefined ? [] : [`ldap://${host}:${replica.port}`]),
        ...(replica.tlsPort === undefined ? [] : [`ldaps://${host}:${replica.tlsPort}`]),
      ],
      ...(made === undefined ? {} : { madePassword: made }),
      close: () => replica.close(),
    }
  } catch (error) {
    if (error instanceof ReplicaError)
      throw new UsageError('cannot serve', error.message, error.tryThis)
    throw error
  }
}

/** `127.0.0.1:3890`, `[::1]:3890`, `localhost:0`. */
function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535)
    throw new UsageError(
      `cannot listen on "${text}"`,
      'an address and a port are needed',
      'Write 127.0.0.1:3890 or [::1]:3890.',
    )
  return { host: match[1] ?? match[2] ?? '', port }
}
