import { dsHeuristic, functionalLevel } from '#directory'
import type { Planter } from '../plant.ts'
import { setHeuristic } from './places.ts'

/** Settings of the forest as a whole. */
export const forestConfig: Readonly<Record<string, Planter>> = {
  'forest-adminsdexmask'(f) {
    setHeuristic(f, dsHeuristic.dwAdminSDExMask, '4')
    return { on: [f.directoryService] }
  },
  'forest-critical-objects-missing'(f) {
    const { sid } = f.schemaAdmins
    f.remove(f.schemaAdmins)
    return { on: [`<SID=${sid}>`] }
  },
  'forest-functional-level-unsupported'(f) {
    const level = functionalLevel.windows2008
    f.set(f.partitions, { 'msDS-Behavior-Version': level })
    f.set(f.head, { 'msDS-Behavior-Version': level })
    f.rootDse({ forestFunctionality: String(level), domainFunctionality: String(level) })
    return { on: [f.head, f.partitions] }
  },
}
