import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Access, type Operation } from './access.ts'
import { Memberships } from './groups.ts'
import { at } from './lab/testing.ts'
import {
  type Verdict,
  type World,
  accounts,
  build,
  check,
  dnOf,
  guids,
  principals,
  tokenOf,
  worlds,
} from './lab/world.ts'
import { right } from './security-descriptor.ts'

/** One thing to ask, and the question that the specifications would have put. */
interface Asked {
  readonly operation: Operation
  readonly mask: number
  readonly path: readonly string[]
}

function questions(access: Access, { objectClass }: World): Asked[] {
  const root = guids[objectClass]
  const whole = (operation: Operation, mask: number) => ({ operation, mask, path: [root] })
  const about = (operation: Operation | undefined, mask: number, ...path: string[]) => {
    assert.ok(operation)
    return { operation, mask, path }
  }
  const { writeProperty, readProperty, controlAccess } = right
  return [
    whole(access.writeDacl, right.writeDacl),
    whole(access.writeOwner, right.writeOwner),
    whole(access.deletes, right.delete),
    whole(access.readsDescriptor, right.readControl),
    whole(access.listsChildren, right.listContents),
    whole(access.writesAllProperties, writeProperty),
    whole(access.fullControl, 0xf01ff),
    about(access.writes('member'), writeProperty, root, guids.membership, guids.member),
    about(
      access.writes('displayName'),
      writeProperty,
      root,
      guids.generalInformation,
      guids.displayName,
    ),
    about(
      access.reads('unixUserPassword'),
      readProperty | controlAccess,
      root,
      guids.unixUserPassword,
    ),
    about(access.extendedRight('User-Force-Change-Password'), controlAccess, guids.resetPassword),
    about(access.usesAllExtendedRights, controlAccess),
    about(access.validatedWrite('Self-Membership'), right.self, guids.member),
    about(access.createsChild('user'), right.createChild, guids.user),
  ]
}

/** Judges everybody in a world for operations at once, both ways. */
class Bench {
  readonly #world: World
  readonly #access: Access
  readonly #memberships: Memberships
  readonly #target: number
  readonly #snapshot

  constructor(world: World) {
    const { snapshot, target } = build(world)
    this.#world = world
    this.#snapshot = snapshot
    this.#target = at(snapshot, target)
    this.#memberships = new Memberships(snapshot)
    this.#access = new Access(snapshot, this.#memberships)
  }

  get access(): Access {
    return this.#access
  }

  /** can() for one operation, and holders() or holdersOfAll(). */
  compare(asked: readonly Asked[]): void {
    const operations = asked.map(({ operation }) => operation)
    const words = operations.map((operation) => operation.words).join(' and ')
    const holders =
      operations.length === 1
        ? this.#access.holders(this.#target, operations[0]!)
        : this.#access.holdersOfAll(this.#target, operations)
    const bits = new Set(
      asked.flatMap(({ mask, path }) => bitsOf(mask).map((bit) => bit + path.join())),
    )
    for (const name of accounts) {
      const expected = this.#expected(name, asked)
      if (operations.length === 1) {
        const id = at(this.#snapshot, dnOf(name))
        const can = this.#access.can(id, this.#target, operations[0]!)
        assert.equal(can, expected, `${name} can ${words}`)
      }
      const tokens = this.#tokens(name)
      // Holders are shared by objects with the same descriptor, so what SELF and a group only give together is left out.
      if (bits.size > 1 && tokens.some((token) => token.has('S-1-5-10'))) continue
      const listing = holders.filter(({ sid, except = [] }) =>
        tokens.some((token) => token.has(sid) && !except.some((denied) => token.has(denied))),
      )
      const by = holders.map(({ sid, except = [], isPossible = false }) => [
        sid,
        except,
        isPossible,
      ])
      const text = `${name}, ${expected}, can ${words}: ${JSON.stringify(by)}`
      if (expected === 'no') assert.ok(listing.length === 0 || this.#isAmbiguous, text)
      else
        assert.ok(
          listing.some(({ isPossible }) => expected !== 'yes' || isPossible !== true),
          text,
        )
    }
  }

  /** BUILTIN is another group on each controller of the configuration, and one SID among holders. */
  get #isAmbiguous(): boolean {
    const { place, isPrincipal, dacl } = this.#world
    const isShared = isPrincipal === undefined && place === 'CN=Configuration,corp'
    return isShared && dacl?.some(({ sid }) => sid === 'S-1-5-32-544') === true
  }

  /** Tokens of an account on each controller that may be asked, with SELF. */
  #tokens(name: string): Set<string>[] {
    const { place, isPrincipal } = this.#world
    const home = isPrincipal === undefined ? place : principals[isPrincipal]!.domain
    const domains = home === 'corp' || home === 'sub' ? [home] : (['corp', 'sub'] as const)
    return domains.map((domain) => {
      const token = tokenOf(name, domain, this.#world)
      const self = this.#self
      if (self !== undefined && token.has(self)) token.add('S-1-5-10')
      return token
    })
  }

  get #self(): string | undefined {
    const { isPrincipal } = this.#world
    return isPrincipal === undefined ? undefined : principals[isPrincipal]!.sid
  }

  #expected(name: string, asked: readonly Asked[]): Verdict {
    const verdicts = this.#tokens(name).map((token) => {
      const parts = asked.map(({ mask, path }) => check(this.#world, token, this.#self, mask, path))
      if (parts.includes('no')) return 'no'
      return parts.includes('possibly') ? 'possibly' : 'yes'
    })
    return (['yes', 'possibly'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'no'
  }
}

test('what the specifications grant each account is what can() and holders() say', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const bench = new Bench(world)
      for (const asked of questions(bench.access, world)) bench.compare([asked])
    }),
    { numRuns: 800 },
  )
})

test('what takes several operations at once is held by those who hold each', () => {
  const dcsync = (access: Access): Asked[] =>
    (
      [
        ['DS-Replication-Get-Changes', guids.getChanges],
        ['DS-Replication-Get-Changes-All', guids.getChangesAll],
      ] as const
    ).map(([name, guid]) => ({
      operation: access.extendedRight(name)!,
      mask: right.controlAccess,
      path: [guid],
    }))
  fc.assert(
    fc.property(worlds, (world) => {
      const bench = new Bench(world)
      const all = questions(bench.access, world)
      bench.compare(dcsync(bench.access))
      bench.compare([all[0]!, all[7]!, all[9]!])
    }),
    { numRuns: 800 },
  )
})

test('tokens hold what the specifications put into them', () => {
  // As an intruder with power over a controller writes it: SIDs that are in use.
  const forged = fc.tuple(
    fc.constantFrom('u1', 'u3', 'v1', 'subGlobal'),
    fc
      .constantFrom('other', 'universal', 'subUniversal', 'u2')
      .map((name) => principals[name]!.sid),
  )
  fc.assert(
    fc.property(worlds, fc.array(forged, { maxLength: 2 }), (clean, more) => {
      const world = { ...clean, histories: [...clean.histories, ...more] }
      const { snapshot } = build(world)
      const memberships = new Memberships(snapshot)
      for (const name of accounts) {
        for (const domain of ['corp', 'sub'] as const) {
          const id = at(snapshot, dnOf(name))
          const ours = memberships.tokenOf(id, snapshot.domainOf(at(snapshot, domain)))
          assert.deepEqual(new Set(ours), tokenOf(name, domain, world), `${name} in ${domain}`)
        }
      }
    }),
    { numRuns: 400 },
  )
})

test("AdminSDHolder's permissions are put on the members of Administrators of the same domain", () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { snapshot } = build(world)
      const access = new Access(snapshot, new Memberships(snapshot))
      for (const top of ['Administrators', 'subAdministrators']) {
        const inside = new Set([top])
        for (let before = 0; before !== inside.size;) {
          before = inside.size
          for (const [holder, member] of world.memberships)
            if (inside.has(holder) && holder !== 'list') inside.add(member)
          for (const [name, { domain, primary }] of Object.entries(principals))
            if (primary === 513 && domain === 'corp' && inside.has('Domain Users')) inside.add(name)
        }
        for (const [name, { domain, isForeign, kind }] of Object.entries(principals)) {
          if (domain !== principals[top]!.domain || isForeign === true) continue
          const expected = inside.has(name) && kind !== 'distribution'
          assert.equal(access.isProtected(at(snapshot, dnOf(name))), expected, name)
        }
      }
    }),
    { numRuns: 200 },
  )
})

function bitsOf(mask: number): number[] {
  return Array.from({ length: 32 }, (_, place) => mask & (1 << place)).filter((bit) => bit !== 0)
}
