import { type ObjectId, replicationSpnPrefix } from '#directory'
import { type Registration, claimsController, registrations } from '../../controllers.ts'
import { type ForestHit, type Gap, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

/** Service names by which controllers find each other to replicate. */
const controllerSpn = new RegExp(`^(?:${replicationSpnPrefix}|GC)/`, 'i')

export default defineExposure({
  id: 'dc-rogue-registration',
  category: 'domain-controllers',
  severity: 'critical',
  title: 'Unexpected server registered as a replication partner',
  why: 'Whoever registers a machine as a domain controller can push changes into the directory that no log records, and be sent every secret.',
  fix: 'Delete the registration, treat it as an attack, and look at what was replicated since.',
  attack: ['T1207'],
  refs: { spec: ['MS-DRSR 2.2.3.2', 'MS-ADTS 6.1.1.2.2.1.2.1'], purpleKnight: ['DCShadowInUse'] },
  needs: ['ldap-domain', 'ldap-config'],
  reads: ['servicePrincipalName', 'serverReference', 'userAccountControl', 'whenCreated'],
  looksAt: ['user', 'computer', 'managedAccount'],

  *checkForest(forest) {
    const { snapshot } = forest
    for (const id of snapshot.having('servicePrincipalName')) {
      const spns = forest.value(id, 'servicePrincipalName').filter((spn) => controllerSpn.test(spn))
      if (spns.length === 0 || isController(forest, id)) continue
      if (forest.value(id, 'userAccountControl') === undefined) {
        yield { gap: `What ${snapshot.name(id)} is could not be read.` }
        continue
      }
      yield {
        on: id,
        says: `${snapshot.name(id)} is no domain controller, but can be replicated with by its service names: ${enumerate(spns)}`,
        evidence: {
          servicePrincipalName: spns,
          userAccountControl: forest.value(id, 'userAccountControl') ?? null,
        },
      }
    }
    for (const registration of registrations(forest)) {
      const found = judge(forest, registration)
      if (found !== undefined) yield found
    }
    yield* withoutSettings(forest)
  },
})

/** Server objects that do not replicate, but say that some account is a controller which is none. */
function* withoutSettings(forest: Forest): Generator<ForestHit> {
  const { snapshot } = forest
  const replicating = new Set(registrations(forest).map(({ server }) => server))
  for (const server of snapshot.ofClass('server')) {
    const reference = forest.value(server, 'serverReference')
    const account = reference === undefined ? undefined : snapshot.byDn(reference)
    if (
      account === undefined ||
      replicating.has(server) ||
      !snapshot.has(account, 'sAMAccountName')
    )
      continue
    if (isController(forest, account) || !snapshot.has(account, 'userAccountControl')) continue
    yield {
      on: server,
      says: `The server object ${snapshot.name(server)} refers to ${snapshot.name(account)}, which is no domain controller: it is left over from a demotion, or was made by hand`,
      evidence: {
        serverReference: reference ?? null,
        whenCreated: forest.value(server, 'whenCreated')?.toISOString() ?? null,
      },
      severity: 'medium',
    }
  }
}

function isController(forest: Forest, id: ObjectId): boolean {
  return claimsController(forest.value(id, 'userAccountControl') ?? 0)
}

function judge(
  forest: Forest,
  { server, settings, reference, account }: Registration,
): ForestHit | Gap | undefined {
  const { snapshot } = forest
  const name = snapshot.name(server)
  const evidence = {
    settings: snapshot.dn(settings),
    serverReference: reference ?? null,
    whenCreated: forest.value(settings, 'whenCreated')?.toISOString() ?? null,
  }
  if (account !== undefined) {
    if (isController(forest, account)) return undefined
    if (forest.value(account, 'userAccountControl') === undefined)
      return { gap: `What ${snapshot.name(account)} is could not be read.` }
    return {
      on: server,
      says: `The server object ${name} takes part in replication, but its account ${snapshot.name(account)} is no domain controller`,
      evidence,
    }
  }
  if (reference !== undefined)
    return { gap: `The account of the server object ${name}, ${reference}, could not be read.` }
  return {
    on: server,
    says: `The server object ${name} takes part in replication, but has no account: it is left over from a controller that is gone, or was made by hand`,
    evidence,
    severity: 'medium',
  }
}
