import { isControllerAccount, registeredControllers } from './controllers.ts'
import type { Gap, Hit, Row } from './define.ts'
import type { Forest } from './forest.ts'
import { type WindowsVersion, saysWindows, windowsVersion } from './windows-version.ts'

/** What {@link outdatedController} reads. */
export const releaseReads = [
  'sAMAccountName',
  'userAccountControl',
  'primaryGroupID',
  'operatingSystem',
  'operatingSystemVersion',
] as const

/** What is wrong with a domain controller of a release that `isOld`; nothing for other computers. */
export function outdatedController(
  forest: Forest,
  computer: Row<(typeof releaseReads)[number], 'computer'>,
  isOld: (version: WindowsVersion) => boolean,
): Hit | Gap | undefined {
  const { id, sAMAccountName, operatingSystem, operatingSystemVersion } = computer
  if (!isControllerAccount(forest, id)) return undefined
  const version = windowsVersion(operatingSystem, operatingSystemVersion)
  if (version === undefined) {
    // An account that only looks like a controller writes nothing about itself.
    const isUnread =
      saysWindows(operatingSystem) ||
      (operatingSystem === undefined && registeredControllers(forest).has(id))
    return isUnread
      ? {
          gap: `The version of the operating system of the domain controller ${sAMAccountName} could not be read.`,
        }
      : undefined
  }
  if (!isOld(version)) return undefined
  return {
    says: `The domain controller ${sAMAccountName} runs ${operatingSystem ?? 'Windows'} ${operatingSystemVersion ?? ''}`,
    evidence: {
      operatingSystem: operatingSystem ?? null,
      operatingSystemVersion: operatingSystemVersion ?? null,
    },
  }
}
