import type { Forest } from './forest.ts'
import { isControllerAccount } from './controllers.ts'
import { perForest } from './per-forest.ts'

/** First build of Windows Server 2025, whose controllers know delegated managed service accounts. */
const firstBuild = 26_100

/**
 * Whether delegated managed service accounts work in the forest: its schema has their class and a controller runs Windows Server
 * 2025. And whether there is a KDS root key, without which none has a password: ordinary users may not see one, but an account
 * that needs one tells of it.
 */
export const delegatedAccounts = perForest(
  (forest): { readonly arePossible: boolean; readonly hasRootKey: boolean } => {
    const { snapshot } = forest
    const hasClass = [...snapshot.ofKind('schemaClass')].some(
      (id) => snapshot.value(id, 'lDAPDisplayName') === 'msDS-DelegatedManagedServiceAccount',
    )
    return {
      arePossible: hasClass && hasNewController(forest),
      hasRootKey: snapshot.ofKind('rootKey').length > 0 || needsRootKey(forest),
    }
  },
)

/** Whether there are managed accounts whose passwords are made from a KDS root key. */
export function needsRootKey({ snapshot }: Forest): boolean {
  return ['msDS-GroupManagedServiceAccount', 'msDS-DelegatedManagedServiceAccount'].some(
    (name) => snapshot.ofClass(name).length > 0,
  )
}

function hasNewController(forest: Forest): boolean {
  const { snapshot } = forest
  return [...snapshot.ofKind('computer')].some((id) => {
    // "10.0 (26100)"
    const build = /\((\d+)\)/.exec(snapshot.value(id, 'operatingSystemVersion') ?? '')?.[1]
    return build !== undefined && Number(build) >= firstBuild && isControllerAccount(forest, id)
  })
}
