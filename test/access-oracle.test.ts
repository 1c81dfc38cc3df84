/**
 * Effective access, put to the test: descriptors made from a seed stand on a real domain controller, accounts try what they
 * can do there, and what we say of it is compared with what happened. Where Samba departs from the specifications, which is
 * known and has a name, ours must be what the specifications say; any other difference fails.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { collect } from '#collect'
import {
  Access,
  Memberships,
  type ObjectId,
  type Sid,
  type Snapshot,
  formatSddl,
  readSid,
  wellKnownSid,
} from '#directory'
import { actorNames, dnIn, fillDomain, groupNames, password } from './access-oracle/domain.ts'
import { Peer } from './access-oracle/peer.ts'
import { makeTargets } from './access-oracle/targets.ts'
import { type Actor, type Need, type Target, readings, tries } from './access-oracle/tries.ts'
import {
  type Departure,
  type Question,
  departures,
  pathOf,
  sambaAllows,
  shouldAllow,
} from './access-oracle/verdicts.ts'
import { type SambaDc, sambaMissing, startSamba } from './samba.ts'

/** Another seed tries other descriptors. */
const seed = Number(process.env['ACCESS_ORACLE_SEED'] ?? 20_240_105)
const ofEachKind = 32

suite('effective access, tried on a domain controller', { skip: sambaMissing() }, () => {
  let dc: SambaDc
  let admin: Peer
  /** Two of each, so that two targets are tried at a time. */
  let casts: Actor[][]
  before(async () => {
    dc = await startSamba({ globals: ['ldb:nosync = true'] })
    await fillDomain(dc)
    admin = await Peer.signIn(dc, dc.admin.upn, dc.admin.password)
    const [primary] = await sidsOf(['Primary'])
    await admin.replace(dnIn(dc, 'cat'), 'primaryGroupID', primary!.split('-').at(-1)!)
    const sids = await sidsOf(actorNames)
    const cast = () =>
      Promise.all(
        actorNames.map(async (name, i) => ({
          name,
          dn: dnIn(dc, name),
          sid: sids[i]!,
          peer: await Peer.signIn(dc, `CORP\\${name}`, password),
        })),
      )
    casts = [await cast(), await cast()]
  })
  after(async () => {
    await Promise.all([admin, ...casts.flat().map(({ peer }) => peer)].map((peer) => peer.close()))
    await dc.stop()
  })

  const sidsOf = (names: readonly string[]) =>
    Promise.all(
      names.map(async (name) => {
        const found = await admin.read(dnIn(dc, name), ['objectSid'])
        return readSid(found.get('objectSid')![0]!)
      }),
    )
  const collected = () =>
    collect(`ldaps://${dc.name}`, {
      account: { name: dc.admin.upn, password: () => Buffer.from(dc.admin.password) },
      caFile: dc.caFile,
      addresses: { [dc.name]: dc.host },
      probe: false,
    })

  test('a token holds what the server puts into it', async () => {
    const snapshot = await collected()
    const memberships = new Memberships(snapshot)
    // MS-KILE 3.3.5.6.4.3 and MS-DTYP 2.4.2.4 put these into every token; Samba does not.
    const more = [
      wellKnownSid.thisOrganization,
      wellKnownSid.authenticationAuthorityAssertedIdentity,
    ]
    for (const { name, dn, peer } of casts[0]!) {
      const ours = memberships.tokenOf(snapshot.byDn(dn)!)
      assert.deepEqual(new Set(ours), new Set([...(await tokenOf(peer)), ...more]), name)
    }
  })

  test('what accounts can do is what they are said to be able to', async () => {
    const { schema } = await collected()
    const cast = { actors: await sidsOf(actorNames), groups: await sidsOf(groupNames) }
    const targets = await makeTargets(dc, schema, cast, { seed, ofEachKind })
    const snapshot = await collected()
    const tokens = new Map(
      await Promise.all(
        casts[0]!.map(async ({ name, peer }) => [name, await tokenOf(peer)] as const),
      ),
    )
    const judge = new Judge(snapshot, tokens)
    const left = [...targets]
    const work = async (actors: readonly Actor[]) => {
      for (let target = left.pop(); target !== undefined; target = left.pop()) {
        for (const actor of actors) {
          const shown = await actor.peer.read(target.dn, [...readings.keys()])
          for (const [attribute, need] of readings)
            judge.compare(target, actor, `read ${attribute}`, [need], shown.has(attribute))
          for (const { what, on, needs, attempt } of tries) {
            if (!on.includes(target.kind)) continue
            judge.compare(target, actor, what, needs, await attempt(target, actor, admin))
          }
        }
      }
    }
    await Promise.all(casts.map(work))
    assert.deepEqual(judge.disagreements, [])
    // Had nothing been granted, or no departure been met, this would show nothing.
    for (const [what, { granted, refused }] of judge.outcomes)
      assert.ok(granted > 0 && refused > 0, `${what}: ${granted} times granted, ${refused} refused`)
    for (const departure of departures)
      assert.ok(judge.departuresMet.has(departure), `never met: ${departure}`)
  })
})

/** SIDs of the token that the server keeps for a connection. */
async function tokenOf(peer: Peer): Promise<Set<Sid>> {
  const rootDse = await peer.read('', ['tokenGroups'])
  return new Set(rootDse.get('tokenGroups')!.map((sid) => readSid(sid)))
}

/** Compares what happened with what was said. */
class Judge {
  readonly #snapshot: Snapshot
  readonly #access: Access
  readonly #tokens: ReadonlyMap<string, ReadonlySet<Sid>>
  readonly disagreements: string[] = []
  readonly outcomes = new Map<string, { granted: number; refused: number }>()
  readonly departuresMet = new Set<Departure>()

  constructor(snapshot: Snapshot, tokens: ReadonlyMap<string, ReadonlySet<Sid>>) {
    this.#snapshot = snapshot
    this.#access = new Access(snapshot, new Memberships(snapshot))
    this.#tokens = tokens
  }

  compare(
    target: Target,
    actor: Actor,
    what: string,
    needs: readonly Need[],
    happened: boolean,
  ): void {
    const id = this.#snapshot.byDn(target.dn)!
    const principal = this.#snapshot.byDn(actor.dn)!
    const questions = needs.map((need) => this.#question(id, target, actor, need))
    const any = (allows: (question: Question) => boolean) => questions.some(allows)
    const departing = (set: readonly Departure[]) =>
      any((question) => sambaAllows(question, new Set(set)))
    const said = needs.some(({ operation }) => {
      const asked = operation(this.#access)
      assert.ok(asked)
      return this.#access.can(principal, id, asked) === 'yes'
    })
    const specified = any(shouldAllow)
    const verdicts = {
      said: [said, specified],
      model: [departing([]), specified],
      Samba: [happened, departing(departures)],
    }
    for (const [whose, [is, expected]] of Object.entries(verdicts)) {
      if (is === expected) continue
      const sddl = formatSddl(this.#snapshot.value(id, 'nTSecurityDescriptor')!)
      this.disagreements.push(`${whose}: ${actor.name} ${what} of ${target.name}: ${is}, ${sddl}`)
    }
    for (const departure of departures) {
      const others = departures.filter((other) => other !== departure)
      if (departing(others) !== happened) this.departuresMet.add(departure)
    }
    const counts = this.outcomes.get(what) ?? { granted: 0, refused: 0 }
    this.outcomes.set(what, counts)
    counts[happened ? 'granted' : 'refused']++
  }

  #question(id: ObjectId, { kind }: Target, { name, sid }: Actor, need: Need): Question {
    const token = new Set(this.#tokens.get(name))
    const own = this.#snapshot.sid(id)
    if (own !== undefined && (own === sid || token.has(own))) token.add(wellKnownSid.self)
    const descriptor = this.#snapshot.value(id, 'nTSecurityDescriptor')!
    return { descriptor, token, mask: need.mask, path: pathOf(need, kind, this.#snapshot.schema) }
  }
}
