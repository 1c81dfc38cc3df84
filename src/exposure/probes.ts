import type { LdapProbe, ObjectId } from '#directory'
import { isControllerAccount } from './controllers.ts'
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
  if (forest.snapshot.probes.length === 0)
    yield { gap: `${what} was not tried: no controller was probed.` }
}
