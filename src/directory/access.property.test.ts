import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Access, type Holder, type Operation } from './access.ts'
import type { FriendlyAttributes } from './builder-values.ts'
import { Memberships } from './groups.ts'
import { at, corp, group, smallForest, user } from './lab/testing.ts'

const users = [0, 1, 2, 3]
const groupNumbers = [0, 1, 2, 3, 4]
const sids = [
  ...users.map((n) => `${corp}-${1000 + n}`),
  ...groupNumbers.map((n) => `${corp}-${1100 + n}`),
  'WD',
  'AU',
]

const getChanges = '1131f6aa-9c07-11d1-f79f-00c04fc2dcd2'
const getChangesAll = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2'
const memberGuid = 'bf9679c0-0de6-11d0-a285-00aa003049e2'
const membership = 'bc0ac240-79a9-11d0-9020-00c04fc2d4cf'
const secret = '11111111-2222-3333-4444-555555555555'

const trustee = fc.constantFrom(...sids)
const ace = fc.record({
  allows: fc.boolean(),
  flags: fc.constantFrom('', '', '', 'CI', 'CIIO', 'ID'),
  rights: fc.constantFrom('WD', 'WP', 'RP', 'CR', 'RPCR', 'GA', 'GW'),
  type: fc.constantFrom('', '', memberGuid, membership, getChanges, getChangesAll, secret),
  who: trustee,
})
const memberships = fc.array(
  fc.tuple(
    fc.constantFrom(...groupNumbers),
    fc.constantFrom(
      ...users.map((n) => `CN=u${n},corp`),
      ...groupNumbers.map((n) => `CN=g${n},corp`),
    ),
  ),
  { maxLength: 14 },
)

/** Whom each user is, by walking memberships naively. */
function naiveTokens(edges: readonly (readonly [number, string])[]): Map<number, Set<string>> {
  return new Map(
    users.map((n) => {
      const names = new Set([`CN=u${n},corp`])
      for (let before = -1; before !== names.size;) {
        before = names.size
        for (const [to, member] of edges) if (names.has(member)) names.add(`CN=g${to},corp`)
      }
      const token = [...names].map(
        (name) => `${corp}-${(name[3] === 'u' ? 1000 : 1100) + Number(name[4])}`,
      )
      return [n, new Set([...token, 'WD', 'AU'])]
    }),
  )
}

interface Wanted {
  readonly bits: readonly string[]
  readonly types: readonly string[]
}

/** MS-DTYP 2.5.3.2 as plainly as it can be said: per right, the first ACE that names it decides. */
function naivelyAllowed(
  aces: readonly { allows: boolean; flags: string; rights: string; type: string; who: string }[],
  token: ReadonlySet<string>,
  owner: string | undefined,
  { bits, types }: Wanted,
): boolean {
  const generic: Record<string, string> = { GA: 'WDWPRPCR', GW: 'WP' }
  return bits.every((bit) => {
    if (bit === 'WD' && owner !== undefined && token.has(owner)) return true
    const first = aces.find(
      ({ flags, rights, type, who }) =>
        !flags.includes('IO') &&
        token.has(who) &&
        (generic[rights] ?? rights).includes(bit) &&
        (type === '' || types.includes(type)),
    )
    return first?.allows === true
  })
}

test('holders, exceptions and can() agree with a plain access check for every user', () => {
  fc.assert(
    fc.property(
      fc.array(ace, { maxLength: 8 }),
      memberships,
      fc.option(
        trustee.filter((sid) => sid.length > 2),
        { nil: undefined },
      ),
      (aces, edges, owner) => {
        const objects: Record<string, FriendlyAttributes> = {
          'CN=Secret,CN=Schema,CN=Configuration,corp': {
            objectClass: ['top', 'attributeSchema'],
            lDAPDisplayName: 'secretThing',
            schemaIDGUID: secret,
            searchFlags: 0x80,
          },
          'CN=Member,CN=Schema,CN=Configuration,corp': {
            objectClass: ['top', 'attributeSchema'],
            lDAPDisplayName: 'member',
            schemaIDGUID: memberGuid,
            attributeSecurityGUID: membership,
          },
        }
        for (const n of users) objects[`CN=u${n},corp`] = user(1000 + n)
        for (const n of groupNumbers) {
          objects[`CN=g${n},corp`] = group(1100 + n, [
            ...new Set(edges.filter(([to]) => to === n).map(([, member]) => member)),
          ])
        }
        const dacl = aces.map(({ allows, flags, rights, type, who }) =>
          type === ''
            ? `(${allows ? 'A' : 'D'};${flags};${rights};;;${who})`
            : `(O${allows ? 'A' : 'D'};${flags};${rights};${type};;${who})`,
        )
        objects['CN=box,corp'] = {
          objectClass: ['top', 'container'],
          nTSecurityDescriptor: `${owner === undefined ? '' : `O:${owner}`}D:${dacl.join('')}`,
        }
        const snapshot = smallForest(objects)
        const groups = new Memberships(snapshot)
        const access = new Access(snapshot, groups)
        const box = at(snapshot, 'CN=box,corp')
        const tokens = naiveTokens(edges)

        const agree = (
          operations: readonly Operation[],
          holders: readonly Holder[],
          wanted: readonly Wanted[],
        ) => {
          for (const n of users) {
            const token = tokens.get(n)!
            const expected = wanted.every((one) => naivelyAllowed(aces, token, owner, one))
            const id = at(snapshot, `CN=u${n},corp`)
            const can = operations.every((operation) => access.can(id, box, operation) === 'yes')
            assert.equal(can, expected, `can u${n}`)
            const real = groups.tokenOf(id)
            const listed = holders.some(
              ({ sid, except = [] }) => real.has(sid) && !except.some((denied) => real.has(denied)),
            )
            assert.equal(
              listed,
              expected,
              `holders for u${n}: ${JSON.stringify(holders.map(({ sid, except }) => [sid, except]))}`,
            )
          }
        }
        const one = (operation: Operation, wanted: Wanted) =>
          agree([operation], access.holders(box, operation), [wanted])
        one(access.writeDacl, { bits: ['WD'], types: [] })
        one(access.writes('member')!, { bits: ['WP'], types: [memberGuid, membership] })
        one(access.reads('secretThing')!, { bits: ['RP', 'CR'], types: [secret] })
        const dcsync = [access.extendedRight(getChanges)!, access.extendedRight(getChangesAll)!]
        agree(dcsync, access.holdersOfAll(box, dcsync), [
          { bits: ['CR'], types: [getChanges] },
          { bits: ['CR'], types: [getChangesAll] },
        ])
        const all = [access.writeDacl, access.writes('member')!, access.reads('secretThing')!]
        agree(all, access.holdersOfAll(box, all), [
          { bits: ['WD'], types: [] },
          { bits: ['WP'], types: [memberGuid, membership] },
          { bits: ['RP', 'CR'], types: [secret] },
        ])
      },
    ),
    { numRuns: 1500 },
  )
})
