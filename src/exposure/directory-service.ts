import type { ObjectId } from '#directory'
import { perForest } from './per-forest.ts'

/** The object that holds the settings of the whole forest, and its dSHeuristics (MS-ADTS 6.1.1.2.4.1.2); undefined when it was not read. */
export const directoryService = perForest(
  ({
    snapshot,
  }): { readonly id: ObjectId; readonly dSHeuristics: string | undefined } | undefined => {
    const configuration = snapshot.configurationDn
    const id =
      configuration === undefined
        ? undefined
        : snapshot.byDn(`CN=Directory Service,CN=Windows NT,CN=Services,${configuration}`)
    return id === undefined ? undefined : { id, dSHeuristics: snapshot.value(id, 'dSHeuristics') }
  },
)

/** What to say when {@link directoryService} was not read. */
export const directoryServiceGap = {
  gap: 'CN=Directory Service, which holds the settings of the forest, could not be read.',
} as const
