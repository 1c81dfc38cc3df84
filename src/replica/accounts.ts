import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { canonicalName, dnKey, foldName, nameOfDn, type ObjectId } from '#directory'
import { maxNameLength } from './base.ts'
import type { Catalog } from './catalog.ts'
import { netbiosNameOf } from './constructed.ts'
import { ReplicaError } from './error.ts'
import type { Caller } from './root-dse.ts'

/** Somebody who may bind. Need not be an account of the snapshot. */
export interface Account {
  /**
   * sAMAccountName, UPN, `DOMAIN\name` or DN. Where the snapshot has the account it means, every name that Active Directory
   * would take for it is taken; otherwise this one, and as the case may be with and without the domain.
   */
  readonly name: string
  /** What {@link hashPassword} made. */
  readonly password: string
  /** Whether SACLs, and with them whole security descriptors, may be read, as a Domain Admin may. */
  readonly isPrivileged?: boolean
}

/** An account as it is known while it is bound. */
export interface KnownAccount extends Caller {
  readonly password: string
}

const derive = promisify<
  string | Uint8Array,
  Uint8Array,
  number,
  { N: number; r: number; p: number },
  Buffer
>(scrypt)
const cost = { N: 16_384, r: 8, p: 1 }
const hashBytes = 32

/** A password as it may be kept: `scrypt$N$r$p$salt$hash`, the last two in Base64. Different each time. */
export async function hashPassword(password: string | Uint8Array): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, hashBytes, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join(
    '$',
  )
}

/** Whether a password is the one of the hash, in a time that does not tell how nearly. Without a hash: no, after as long. */
export async function isPassword(
  password: Uint8Array,
  hashed: string | undefined,
): Promise<boolean> {
  const kept = parseHash(hashed ?? nobody)
  const hash = await derive(password, kept.salt, kept.hash.length, kept.cost)
  return timingSafeEqual(hash, kept.hash) && hashed !== undefined
}

/** Finds accounts by every name that Active Directory takes in a simple bind (MS-ADTS 5.1.1.1.1). */
export class Accounts {
  readonly #byName = new Map<string, KnownAccount>()

  /** @throws ReplicaError `bad-account` when two accounts have the same name, or a hash is not one of ours. */
  constructor(accounts: readonly Account[], catalog: Catalog) {
    const wanted = accounts.map((account) => ({ account, ...partsOf(account.name) }))
    const objects = objectsOf(wanted, catalog)
    for (const [at, { account, user }] of wanted.entries()) {
      parseHash(account.password)
      const object = objects[at]
      const known: KnownAccount = {
        name: object === undefined ? fallbackName(user, catalog) : principalName(object, catalog),
        object,
        isPrivileged: account.isPrivileged === true,
        password: account.password,
      }
      const names = new Set(
        [
          account.name,
          ...(object === undefined ? loose(user, catalog) : namesOf(object, catalog)),
        ].map(keyOfName),
      )
      for (const name of names) {
        if (this.#byName.has(name))
          throw new ReplicaError(
            'bad-account',
            `two accounts are called ${account.name}`,
            'Give each account once.',
          )
        this.#byName.set(name, known)
      }
    }
  }

  /** The account that a name in a bind means. */
  find(name: string, catalog: Catalog): KnownAccount | undefined {
    if (name.length > maxNameLength) return undefined
    const found = this.#byName.get(keyOfName(name))
    if (found !== undefined || !name.includes('=')) return found
    try {
      return this.#byName.get(keyOfName(catalog.plainDn(name)))
    } catch {
      return undefined
    }
  }
}

/** A hash that no password has. */
const nobody = `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}==$${'A'.repeat(43)}=`

function parseHash(text: string) {
  const [scheme, N, r, p, salt = '', hash = ''] = text.split('$')
  const numbers = { N: Number(N), r: Number(r), p: Number(p), maxmem: 256 * 1024 * 1024 }
  const octets = Buffer.from(hash, 'base64')
  if (
    scheme !== 'scrypt' ||
    octets.length !== hashBytes ||
    !(numbers.N > 1) ||
    numbers.N > 1 << 20 ||
    !(numbers.r > 0) ||
    !(numbers.p > 0)
  ) {
    throw new ReplicaError(
      'bad-account',
      'the password of an account is not a hash',
      'Make one with hashPassword.',
    )
  }
  return { cost: numbers, salt: Buffer.from(salt, 'base64'), hash: octets }
}

function keyOfName(name: string): string {
  return name.includes('=') ? `dn ${dnKey(name)}` : foldName(name)
}

interface NameParts {
  /** sAMAccountName, when the name is not a DN. */
  readonly user: string
  readonly upn: string | undefined
  readonly dn: string | undefined
}

function partsOf(name: string): NameParts {
  if (name.includes('=')) return { user: nameOfDn(name), upn: undefined, dn: name }
  const slash = name.lastIndexOf('\\')
  if (slash >= 0) return { user: name.slice(slash + 1), upn: undefined, dn: undefined }
  const at = name.lastIndexOf('@')
  return at > 0
    ? { user: name.slice(0, at), upn: name, dn: undefined }
    : { user: name, upn: undefined, dn: undefined }
}

/** The snapshot's objects of accounts: by DN, else by UPN, else by sAMAccountName. One pass for all. */
function objectsOf(wanted: readonly NameParts[], { snapshot }: Catalog): (ObjectId | undefined)[] {
  const byName = new Map<string, ObjectId>()
  const names = new Set(wanted.flatMap(({ user, upn }) => [foldName(user), foldName(upn ?? '')]))
  for (const attribute of ['sAMAccountName', 'userPrincipalName'] as const) {
    for (const id of snapshot.having(attribute)) {
      const name = foldName(snapshot.value(id, attribute) ?? '')
      if (names.has(name)) byName.set(name, id)
    }
  }
  return wanted.map(({ user, upn, dn }) => {
    if (dn !== undefined) return snapshot.byDn(dn)
    return byName.get(foldName(upn ?? '')) ?? byName.get(foldName(user))
  })
}

function namesOf(id: ObjectId, catalog: Catalog): string[] {
  const { snapshot } = catalog
  const guid = snapshot.value(id, 'objectGUID')
  const dn = snapshot.dn(id)
  const account = snapshot.value(id, 'sAMAccountName')
  return [
    dn,
    canonicalName(dn),
    snapshot.value(id, 'userPrincipalName') ?? dn,
    snapshot.sid(id) ?? dn,
    guid ?? dn,
    guid === undefined ? dn : `{${guid}}`,
    ...(account === undefined
      ? []
      : [account, principalName(id, catalog), ...withDomains(account, catalog)]),
  ]
}

function loose(user: string, catalog: Catalog): string[] {
  return [user, fallbackName(user, catalog), ...withDomains(user, catalog)]
}

function withDomains(user: string, { snapshot }: Catalog): string[] {
  return snapshot.domains.map(({ name }) => `${user}@${name}`)
}

function principalName(id: ObjectId, catalog: Catalog): string {
  const { snapshot } = catalog
  const domain = snapshot.domainOf(id)
  const account = snapshot.value(id, 'sAMAccountName') ?? nameOfDn(snapshot.dn(id))
  return domain === undefined ? account : `${netbiosNameOf(domain, catalog)}\\${account}`
}

function fallbackName(user: string, catalog: Catalog): string {
  const domain = catalog.snapshot.rootDomain
  return domain === undefined ? user : `${netbiosNameOf(domain, catalog)}\\${user}`
}
