import { type ForestBuilder, type In, type TestObject, type TestPrincipal, uac } from '#directory'

/** An OU below the head of the domain, made when it is not there yet. */
export function ou(f: ForestBuilder, name: string): TestObject {
  return f.findAt(`OU=${name}`) ?? f.ou(name)
}

/** An ordinary person, with no rights of any kind. */
export function clerk(f: ForestBuilder, name: string, attributes: In = {}): TestPrincipal {
  return f.user(name, { in: ou(f, 'People'), ...attributes })
}

/** An account of the old kind that a service signs in with. */
export function serviceAccount(f: ForestBuilder, name: string, attributes: In = {}): TestPrincipal {
  return f.user(name, { in: ou(f, 'Service Accounts'), ...attributes })
}

/** A current member server. */
export function server(f: ForestBuilder, name: string, attributes: In = {}): TestPrincipal {
  return f.computer(name, {
    in: ou(f, 'Servers'),
    operatingSystem: 'Windows Server 2022 Standard',
    operatingSystemVersion: '10.0 (20348)',
    ...attributes,
  })
}

/** A group with ordinary people in it. */
export function team(f: ForestBuilder, name: string): TestPrincipal {
  return f.group(name, { in: ou(f, 'Groups') })
}

/** A well-kept administrator of the domain, which SDProp guards. */
export function admin(f: ForestBuilder, name: string, attributes: In = {}): TestPrincipal {
  const account = f.user(name, {
    in: ou(f, 'Tier 0'),
    userAccountControl: uac.normalAccount | uac.notDelegated,
    ...attributes,
  })
  f.addTo(f.domainAdmins, account)
  return account
}

/** The computer account of Seamless Single Sign-On, kept apart, its key rolled lately; made when it is not there yet. */
export function seamlessSignOn(f: ForestBuilder): TestPrincipal {
  const parent = ou(f, 'Hybrid')
  const known = f.findAt(`CN=AZUREADSSOACC,${parent.dn}`)
  if (known?.sid !== undefined) return { ...known, sid: known.sid }
  return f.computer('AZUREADSSOACC', {
    in: parent,
    servicePrincipalName: 'HOST/autologon.microsoftazuread-sso.com',
    pwdLastSet: f.daysAgo(10),
    operatingSystem: undefined,
    operatingSystemVersion: undefined,
  })
}

/** The CA of the forest, which is made when there is none. */
export function authority(f: ForestBuilder): TestObject {
  const name = 'Meridian Issuing CA'
  return f.findAt(`CN=${name},${f.enrollmentServices.dn}`) ?? f.authority(name)
}

/** Changes one character of `dSHeuristics`, with the length marks that must stand before it (MS-ADTS 6.1.1.2.4.1.2). */
export function setHeuristic(f: ForestBuilder, place: number, character: string): void {
  const characters = (f.textOf(f.directoryService, 'dSHeuristics') ?? '').split('')
  while (characters.length < place) {
    const next = characters.length + 1
    characters.push(next % 10 === 0 ? String(next / 10) : '0')
  }
  characters[place - 1] = character
  f.set(f.directoryService, { dSHeuristics: characters.join('') })
}
