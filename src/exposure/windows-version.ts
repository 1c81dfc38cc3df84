/**
 * Version of Windows on a computer, from what it wrote about itself: `10.0 (20348)` of `Windows Server 2022`. Nothing for other
 * systems: Samba writes `4.17.12-Debian`, Linux machines the version of their kernel or distribution.
 */
export function windowsVersion(
  operatingSystem: string | undefined,
  operatingSystemVersion: string | undefined,
): { readonly major: number; readonly minor: number } | undefined {
  const match = /^(\d{1,2})\.(\d{1,2})(?: \(\d+\))?$/.exec(operatingSystemVersion?.trim() ?? '')
  if (match === null) return undefined
  // Without the name, only the form with the build number tells Windows.
  const isWindows =
    operatingSystem === undefined
      ? match[0].endsWith(')')
      : /^windows\b/i.test(operatingSystem.trim())
  return isWindows ? { major: Number(match[1]), minor: Number(match[2]) } : undefined
}
