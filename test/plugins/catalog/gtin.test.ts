// Check digits of GTINs
import t from 'tap'
import { toGtin14 } from '../../../plugins/catalog/domain/gtin.js'

t.test('every length with its right check digit, as 14 digits', async t => {
  t.equal(toGtin14('96385074'), '00000096385074', 'GTIN-8')
  t.equal(toGtin14('614141000036'), '00614141000036', 'GTIN-12')
  t.equal(toGtin14('4006381333931'), '04006381333931', 'GTIN-13')
  t.equal(toGtin14('10614141000415'), '10614141000415', 'GTIN-14')
  t.equal(toGtin14('00000000000000'), '00000000000000')
})

t.test('any one wrong digit is found', async t => {
  const gtin = '10614141000415'
  for (let position = 0; position < 14; position++) {
    for (let digit = 0; digit < 10; digit++) {
      const changed = gtin.slice(0, position) + String(digit) + gtin.slice(position + 1)
      t.equal(toGtin14(changed), changed === gtin ? gtin : null)
    }
  }
})

t.test('other lengths and characters are none', async t => {
  for (const text of ['', '0', '1234567', '963850740', '12345678901', '106141410004150', '9638507４', '9638507 ', '+9638507', '96385074\n']) {
    t.equal(toGtin14(text), null, JSON.stringify(text))
  }
})
