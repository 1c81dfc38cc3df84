import { type LdapResult, result, type ResultCode } from '#ldap'

/** Build of the server that all texts name: Windows Server 2019. */
const build = 'v4563'

/**
 * What Active Directory says when it refuses, as Windows Server 2019 and 2022 word it: a Windows error number, the kind of
 * error, a place in its source, and a NUL at the end. Programs parse the number and `data`.
 */
export const answers = {
  bindFirst: ldapError(
    'operationsError',
    '000004DC',
    '0C090A69',
    'In order to perform this operation a successful bind must be completed on the connection.',
  ),
  wrongPassword: ldapError(
    'invalidCredentials',
    '80090308',
    '0C09044E',
    'AcceptSecurityContext error',
    '52e',
  ),
  encryptFirst: ldapError(
    'strongerAuthRequired',
    '00002028',
    '0C090259',
    'The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection',
  ),
  noSuchMethod: ldapError(
    'authMethodNotSupported',
    '00002027',
    '0C0905FE',
    'Invalid Authentication method',
  ),
  version: ldapError(
    'protocolError',
    '00000057',
    '0C090516',
    'The server did not recognize the protocol version',
  ),
  inappropriateMatching: ldapError(
    'inappropriateMatching',
    '00000057',
    '0C090D0A',
    'Error processing filter',
  ),
  unknownControl: ldapError(
    'unavailableCriticalExtension',
    '00000057',
    '0C090D46',
    'Error processing control',
  ),
  notSortable: {
    ...result('unavailableCriticalExtension'),
    diagnosticMessage: serviceError('00002040', '031401F7', 5010, 'UNAVAIL_EXTENSION'),
  },
  conversion: ldapError(
    'noSuchAttribute',
    '00000057',
    '0C090DA4',
    'Error in attribute conversion operation',
  ),
  noSuchAttribute: {
    ...result('noSuchAttribute'),
    diagnosticMessage: attributeError('0000200A', '03150E8C', 1001, 'NO_ATTRIBUTE_OR_VAL'),
  },
  beyondRange: {
    ...result('operationsError'),
    diagnosticMessage: serviceError('00002121', '031401C5', 5012, 'DIR_ERROR', '8481'),
  },
  readOnly: {
    ...result('unwillingToPerform'),
    diagnosticMessage: serviceError('00002035', '031A12D2', 5003, 'WILL_NOT_PERFORM'),
  },
  unknownExtension: ldapError(
    'protocolError',
    '0000203D',
    '0C090E5A',
    'Unknown extended request OID',
  ),
  tlsAlready: ldapError('operationsError', '00000000', '0C090E66', 'TLS or SSL already in effect'),
  tlsNow: ldapError(
    'operationsError',
    '00000000',
    '0C090E72',
    'Outstanding operations must be finished or abandoned before TLS starts',
  ),
  noTls: ldapError('unavailable', '00000000', '0C090F78', 'Error initializing SSL/TLS'),
  busy: ldapError('busy', '00002024', '0C090B5D', 'Too many operations at once'),
  timeLimit: {
    ...result('timeLimitExceeded'),
    diagnosticMessage: serviceError('00002022', '031401A8', 5008, 'TIME_LIMIT_EXCEEDED'),
  },
  tooComplex: {
    ...result('adminLimitExceeded'),
    diagnosticMessage: serviceError('00002024', '03140514', 5006, 'ADMIN_LIMIT_EXCEEDED'),
  },
  tooManyToSort: {
    ...result('adminLimitExceeded'),
    diagnosticMessage: serviceError('00002024', '03140594', 5006, 'ADMIN_LIMIT_EXCEEDED'),
  },
  goodbye: ldapError('unavailable', '00000000', '0C090FA8', 'The server is shutting down'),
  fault: ldapError('other', '000020EE', '0C0903DC', 'Internal error'),
  malformed: ldapError('protocolError', '00000057', '0C0903D9', 'Error decoding ldap message'),
} as const satisfies Readonly<Record<string, LdapResult>>

/** There is no object of this name; `best` is the deepest one on the way to it (ERROR_DS_OBJ_NOT_FOUND). */
export function noSuchObject(best: string): LdapResult {
  return {
    ...result('noSuchObject'),
    matchedDN: best,
    diagnosticMessage: nameError('0000208D', '03100241', 2001, 'NO_OBJECT', 0, best),
  }
}

/** The text is no DN (ERROR_DS_BAD_NAME_SYNTAX). */
export function badName(text: string): LdapResult {
  return {
    ...result('invalidDNSyntax'),
    diagnosticMessage: nameError(
      '0000208F',
      '03100233',
      2006,
      'BAD_NAME',
      8350,
      text.slice(0, 256),
    ),
  }
}

/** Another server holds it: host and DN of the naming context (ERROR_DS_REFERRAL). */
export function elsewhere(host: string, dn: string, isEncrypted: boolean): LdapResult {
  return {
    ...result('referral'),
    diagnosticMessage: `0000202B: RefErr: DSID-03100838, data 0, 1 access points\n\tref 1: '${host}'\n\0`,
    referral: [ldapUrl(host, dn, isEncrypted)],
  }
}

/** The LDAP URL of an object on a server (RFC 4516). Who came over TLS is sent on over TLS. */
export function ldapUrl(host: string, dn: string, isEncrypted: boolean): string {
  return `${isEncrypted ? 'ldaps' : 'ldap'}://${host}/${dn.replaceAll(/[^\w!$'()*+,.:;=@~-]/gu, encodeURIComponent)}`
}

function ldapError(
  code: ResultCode,
  number: string,
  place: string,
  comment: string,
  data = '0',
): LdapResult {
  return {
    ...result(code),
    diagnosticMessage: `${number}: LdapErr: DSID-${place}, comment: ${comment}, data ${data}, ${build}\0`,
  }
}

function serviceError(
  number: string,
  place: string,
  problem: number,
  name: string,
  data = '0',
): string {
  return `${number}: SvcErr: DSID-${place}, problem ${problem} (${name}), data ${data}\n\0`
}

function attributeError(number: string, place: string, problem: number, name: string): string {
  return `${number}: AtrErr: DSID-${place}, #1:\n\t0: ${number}: DSID-${place}, problem ${problem} (${name}), data 0\n\0`
}

function nameError(
  number: string,
  place: string,
  problem: number,
  name: string,
  data: number,
  best: string,
): string {
  return `${number}: NameErr: DSID-${place}, problem ${problem} (${name}), data ${data}, best match of:\n\t'${best}'\n\0`
}
