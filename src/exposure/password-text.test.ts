import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { findPassword } from './password-text.ts'

const passwords = [
  'Password: Summer2023!',
  'pwd=abc123',
  '(Password : Heartsbane)',
  'mdp: soleil',
  'Passwort: Winter2024',
  'Kennwort ist Hallo123!',
  'mot de passe : Bonjour1',
  'contraseña: Hola1234',
  'Contrasena Hola1234',
  'senha=Brasil10',
  'hasło: Polska123',
  'heslo Praha2020',
  'jelszó: Budapest1',
  'lösenord: Sommar2023',
  'passord: Oslo1234',
  'adgangskode = Kbh12345',
  'salasana: Helsinki1',
  'wachtwoord: Welkom01',
  'şifre: Ankara06',
  'пароль: Qwerty123',
  'Пароль Москва1',
  'κωδικός: Athina12',
  'סיסמה: Shalom12',
  'كلمة المرور: Salam123',
  '密码：Abc12345',
  '密码Abc12345',
  'パスワード：Sakura99',
  '비밀번호: Seoul2024',
  'mật khẩu: Hanoi123',
  'รหัสผ่าน: Thai1234',
  'temp password is Welcome1',
  'initial password for svc_sql: Hello123!',
  'pw: P@ssw0rd',
  'pass: letmein1',
  'PW Welcome1!',
  'pwd Sommer23',
  'Xk9#mP2$vL',
  'svc account Tr0ub4dor&3!',
  'created by Bob, P@ssw0rd1',
  'Password - Summer2023',
  'Password="Hunter2x"',
  'Password = username',
  'password: 12345678',
  'Password Welcome1 (changed 2023-01-01)',
  'Passphrase: correct-horse7battery',
  'PASSWORD->Secret99',
  'Backup svc - password = Backup!',
  'Pwd: changeme',
  'Password (temp): Welcome1',
  'user/pass: svc/Secret12',
]

const others = [
  'Password reset by helpdesk',
  'password expires never',
  'Password never expires: exception approved',
  'Passwort läuft nie ab',
  'Password in KeePass',
  'Password: see KeePass',
  'Password: managed by CyberArk',
  'password policy exception',
  'Password changed 12/05/2023',
  'pwd changed 2023-05-12',
  'Password last set: 2023-05-01',
  'Password: 2023-05-01',
  'Password: ********',
  'Password: <removed>',
  'Password: xxxxxxxx',
  'Passport: AB1234567',
  'Pass No: 12345678',
  'Parking pass: 12345678',
  'clave: 4812390',
  'Mot de passe géré par LAPS',
  'Kennwort-Richtlinie Ausnahme',
  'Room B2-034a',
  'Tel: +49 30 1234567',
  '+1 (555) 123-4567',
  '8a3f0b1c-2d4e-4f6a-8b9c-0d1e2f3a4b5c',
  'Account created by Microsoft Azure Active Directory Connect with installation identifier 8a3f0b1c2d4e4f6a8b9c0d1e2f3a4b5c running on computer SRV01 configured to synchronize to tenant contoso.onmicrosoft.com.',
  'Built-in account for guest access to the computer/domain',
  'Key Distribution Center Service Account',
  'SQL2019 on Srv-Db01',
  'Windows Server 2019 Standard',
  'KB5008380 fix',
  'INC0012345',
  'Ticket#12345',
  'Teilzeit80%',
  'gMSA for WebSrv01$',
  'https://wiki.corp.local/Page1?x=1#A',
  'John.Doe2@corp.com',
  '\\\\Srv01\\Share$',
  'CORP\\User1',
  '10.0.19044',
  'Created 2023-01-01T12:00:00Z',
  'Office365 admin',
  'S-1-5-21-1757510637-1147777529-968741302-500',
  '00:1A:2B:3C:4D:5E',
  'Building 4, 2nd Floor, Room 2.14',
  'Password reset disk account',
  'Self-service password reset',
  'password-less sign-in',
  'Password Sync service account',
  'Passwort vergessen? Tel. 1234',
  'Darnerys Targaryen',
  'sql service',
  'Account used for password writeback',
  'PAM: Password rotated daily',
  'password hash synchronization',
  'LAPS password reader group',
  'Pass-through authentication agent',
  'Passwordstate service',
  'pass: n/a',
  'Password: None',
  'Password: unknown',
  'Password required: yes',
  'R&D-Team01',
  'Exchange2016 HealthMailbox',
  'Mailbox-Size: 50GB',
  'Kennwort: siehe Tresor',
  'Credential Guard test host',
  'secret santa organiser',
  'Parole officer',
  'Passwords never expire',
  'Wachtwoord verloopt nooit',
  'Do not change password!',
  'password = ?',
  'Password policy: Standard',
  'Pwd last changed 03-Jan-2024',
  'AS/400 user; see RITM0012345',
  'C#/.NET7 Dev',
]

suite('a password in a text', () => {
  for (const text of passwords) {
    test(`is seen in: ${text}`, () => assert.notEqual(findPassword(text), undefined))
  }
  for (const text of others) {
    test(`is not seen in: ${text}`, () => assert.equal(findPassword(text), undefined))
  }

  test('is told by the word before it and its length', () => {
    assert.deepEqual(findPassword('old; Kennwort: Winter2024!'), {
      kind: 'label',
      label: 'Kennwort',
      length: 11,
    })
    assert.deepEqual(findPassword('uses Xk9#mP2$vL here'), { kind: 'token', length: 10 })
  })

  test('is seen behind a first word that is no password', () => {
    assert.notEqual(findPassword('Password never expires. Password: Summer2023'), undefined)
  })

  test('is looked for in time linear in the text, whatever stands there', () => {
    const pieces = [
      'password ',
      'pass (',
      ' ',
      '(',
      'a1',
      '密码',
      'for x ',
      ': ',
      '-',
      'Xk9#',
      'é',
      '\n',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 4000 }), (parts) => {
        const start = performance.now()
        findPassword(parts.join(''))
        assert.ok(performance.now() - start < 500)
      }),
      { numRuns: 200 },
    )
  })
})
