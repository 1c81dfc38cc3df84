/** As Windows counts: 6.3 is Windows 8.1 and Server 2012 R2. */
export interface WindowsVersion {
  readonly major: number
  readonly minor: number
}

/**
 * Version of Windows on a computer, from what it wrote about itself: `10.0 (20348)` of `Windows Server 2022`. Nothing for other
 * systems: Samba writes `4.17.12-Debian`, Linux machines the version of their kernel or distribution.
 */
export function windowsVersion(
  operatingSystem: string | undefined,
  operatingSystemVersion: string | undefined,
): WindowsVersion | undefined {
  const match = /^(\d{1,2})\.(\d{1,2})(?!\d)( \(\d+\)$)?/.exec(operatingSystemVersion?.trim() ?? '')
  if (match === null) return undefined
  // Whatever the name says, only Windows writes the number of its build like this.
  const isWindows = match[3] !== undefined || saysWindows(operatingSystem)
  return isWindows ? { major: Number(match[1]), minor: Number(match[2]) } : undefined
}

/** Whether the name of an operating system is one of Windows. */
export function saysWindows(operatingSystem: string | undefined): boolean {
  return /^windows\b/i.test(operatingSystem?.trim() ?? '')
}
