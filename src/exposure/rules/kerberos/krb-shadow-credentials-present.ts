import {
  DirectoryError,
  type KeyCredential,
  type ObjectId,
  isBelow,
  readKeyCredential,
} from '#directory'
import { isControllerAccount, isEntraStandIn } from '../../controllers.ts'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
import { count } from '../../words.ts'

export default defineExposure({
  id: 'krb-shadow-credentials-present',
  category: 'kerberos',
  severity: 'high',
  title: 'Key credentials present on sensitive or unexpected accounts',
  why: 'Whoever has the private key can sign in as the account, whatever its password is. Intruders add a key of their own and come back with it.',
  fix: 'Ask the owner of each account about each key; clear those that nobody knows, and find out who wrote them.',
  attack: ['T1556', 'T1098.005'],
  refs: {
    spec: ['MS-ADTS 2.2.20', 'MS-ADTS 3.1.1.5.3.1.1.6'],
    purpleKnight: ['ShadowCredentials'],
    bloodhound: ['AddKeyCredentialLink'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', 'msDS-KeyCredentialLink'],

  check({ id, sAMAccountName, 'msDS-KeyCredentialLink': links }, forest): Hit | Gap | undefined {
    if (links.length === 0) {
      if (!forest.snapshot.has(id, 'msDS-KeyCredentialLink')) return
      return { gap: `The keys of ${sAMAccountName} could not be read: they are in no known form.` }
    }
    const keys = links.map(({ binary }) => keyOf(binary))
    const reason = reasonFor(forest, id, keys)
    if (reason === undefined || typeof reason === 'object') return reason
    return {
      says: `${sAMAccountName} can be signed in to with ${count(keys.length, 'key')}; ${reason}`,
      evidence: { keys: keys.map((key) => evidenceOf(key)) },
    }
  },
})

/** Why the keys should not be there; nothing when they may well be. */
function reasonFor(
  forest: Forest,
  id: ObjectId,
  keys: readonly (KeyCredential | undefined)[],
): string | Gap | undefined {
  if (isControllerAccount(forest, id)) return 'it is a domain controller'
  if (forest.tierZero.hasObject(id)) return 'it is of Tier Zero'
  if (keys.includes(undefined)) return 'one of them is in no known form'
  if (forest.snapshot.isA(id, 'computer')) {
    // A computer may write one plain key for itself, and only when it has none.
    if (keys.length > 1) return 'a computer writes itself one at most'
    return keys.every((key) => key !== undefined && mayBeOwn(key))
      ? undefined
      : 'a computer does not write itself a key of this form'
  }
  const isDeployed = registersDevices(forest)
  if (isDeployed === undefined) {
    return {
      gap: 'Whether keys of users belong to Windows Hello for Business could not be told: the configuration was not read.',
    }
  }
  return isDeployed
    ? undefined
    : 'neither Windows Hello for Business nor device registration is set up in the forest'
}

/** Whether devices are registered in the forest, on its own or through Entra ID; nothing when that cannot be told. */
const registersDevices = perForest((forest): boolean | undefined => {
  const { snapshot } = forest
  if (deviceClasses.some((name) => snapshot.ofClass(name).length > 0)) return true
  const configuration = snapshot.configurationDn
  const services =
    configuration === undefined ? undefined : snapshot.byDn(`CN=Services,${configuration}`)
  if (services === undefined) return undefined
  const registration = `CN=Device Registration Configuration,${snapshot.dn(services)}`
  return (
    snapshot
      .ofClass('serviceConnectionPoint')
      .some((id) => isBelow(snapshot.dn(id), registration)) ||
    snapshot.ofKind('computer').some((id) => isEntraStandIn(forest, id))
  )
})

const deviceClasses = ['msDS-DeviceRegistrationService', 'msDS-Device']

/** Whether a computer may have written the key for itself: a plain one, without what the programs of Windows Hello add. */
function mayBeOwn({ usage, source, isCustomized, lastLogon }: KeyCredential): boolean {
  return usage === 'ngc' && source === 'ad' && !isCustomized && lastLogon === undefined
}

function keyOf(binary: Uint8Array): KeyCredential | undefined {
  try {
    return readKeyCredential(binary)
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

function evidenceOf(key: KeyCredential | undefined) {
  if (key === undefined) return { form: 'unknown' }
  const { source, usage, deviceId, created } = key
  return {
    source: source ?? null,
    usage: usage ?? null,
    deviceId: deviceId ?? null,
    created: created?.toISOString() ?? null,
  }
}
