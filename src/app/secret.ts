import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './error.ts'

/** Longest password file: more is a mistake. */
const mostOctets = 4096

/**
 * Reads a password from a file: the first line, without its end. @throws UsageError when it cannot be read, is empty, or other
 * users of the machine could read it too.
 */
export async function readSecretFile(path: string): Promise<string> {
  let mode: number
  let text: string
  try {
    const about = await stat(path)
    mode = about.mode
    if (about.size > mostOctets)
      throw new UsageError(
        `cannot use ${path} as password file`,
        `it has ${about.size} octets`,
        'Put only the password into it.',
      )
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new UsageError(
      `cannot read the password file ${path}`,
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'this user may not read it'
          : 'the system refused',
      'Check the path and its owner.',
    )
  }
  if ((mode & 0o007) !== 0 && !path.startsWith('/dev/')) {
    throw new UsageError(
      `will not use the password file ${path}`,
      'every user of this machine can read it',
      `chmod 600 ${path}`,
    )
  }
  const password = text.split(/\r?\n/, 1)[0] ?? ''
  if (password === '')
    throw new UsageError(
      `the password file ${path} is empty`,
      'its first line holds no password',
      'Write the password into its first line.',
    )
  return password
}

/**
 * The password for a live source from where secrets may come from: a file that was named, `GLACIS_PASSWORD_FILE`, or systemd's
 * credential `glacis-password`. Nothing when none of them is there.
 */
export async function findPassword(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const named = file ?? environment['GLACIS_PASSWORD_FILE']
  if (named !== undefined) return readSecretFile(named)
  const credentials = environment['CREDENTIALS_DIRECTORY']
  if (credentials === undefined) return undefined
  try {
    return await readSecretFile(`${credentials}/glacis-password`)
  } catch {
    return undefined
  }
}
