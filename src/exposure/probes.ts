import type { LdapProbe, ObjectId } from '#directory'
import { isControllerAccount, registeredControllers } from './controllers.ts'
import type { ForestHit, Gap } from './define.ts'
import type { Forest } from './forest.ts'
import { perForest } from './per-forest.ts'

/** Accounts of controllers by host name; not of a computer that only bears the name of one. */
const controllersByHost = perForest((forest): ReadonlyMap<string, ObjectId> => {
  const { snapshot } = forest
  const controllers = [...snapshot.ofKind('computer')].filter((id) =>
    isControllerAccount(forest, id),
  )
  return new Map(
    controllers.map((id) => [snapshot.value(id, 'dNSHostName')?.toLowerCase() ?? '', id]),
  )
})

/** The account of the controller that was probed, or its host name when none fits. */
function probed(forest: Forest, { server }: LdapProbe): ObjectId | string {
  return controllersByHost(forest).get(server.toLowerCase()) ?? server
}

/** One hit for each controller whose answer is bad, and a gap for each that could not be tried. */
export function* judgeProbes(
  forest: Forest,
  what: string,
  judge: (probe: LdapProbe) => boolean | undefined,
  hit: (server: string) => Pick<ForestHit, 'says' | 'evidence'>,
): Generator<ForestHit | Gap> {
  for (const probe of forest.snapshot.probes) {
    const isBad = judge(probe)
    if (isBad === undefined)
      yield { gap: `${what} could not be tried on ${probe.server}. ${probe.gaps.join(' ')}`.trim() }
    else if (isBad) yield { on: probed(forest, probe), ...hit(probe.server) }
  }
  const [missed] = unprobed(forest)
  if (missed !== undefined)
    yield { gap: `${what} was not tried on ${forest.snapshot.name(missed)}, which was not probed.` }
}

/** Controllers of the configuration that no answer is of; none where nothing was probed at all, as the engine tells that itself. */
const unprobed = perForest((forest): readonly ObjectId[] => {
  const { snapshot } = forest
  if (snapshot.probes.length === 0) return []
  const answers = snapshot.probes.map((probe) => probed(forest, probe))
  // One whose server object has no host name never ran, and is nowhere to be asked.
  const missed = [...registeredControllers(forest)].flatMap(([id, server]) =>
    snapshot.has(server, 'dNSHostName') && !answers.includes(id) ? [id] : [],
  )
  // An answer that goes by an address may be of any of them.
  const nameless = answers.filter((answer) => typeof answer === 'string').length
  return missed.length > nameless ? missed : []
})
