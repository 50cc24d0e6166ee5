// JCS, on numbers above all: ours against `canonicalize`.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import canonicalize from 'canonicalize';
import {peer} from './peer.js';

test('our canonical JSON is theirs, numbers as ECMAScript writes them', () => {
  // A fixed sequence, so that a failure can be repeated.
  let state = 88172645463325252n;
  const bits = () => {
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return state;
  };
  const view = new DataView(new ArrayBuffer(8));
  const numbers = [0, -0, 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0.1, 1 / 3, 9007199254740991];
  while(numbers.length < 20000) {
    view.setBigUint64(0, bits());
    const number = view.getFloat64(0);
    // The strict reader refuses integers beyond 2^53 written without an exponent.
    if(Number.isFinite(number) && (Math.abs(number) < 2 ** 53 || Math.abs(number) >= 1e21)) {
      numbers.push(number);
    }
  }
  const values = numbers.map((number, i) => ({number, text: String.fromCodePoint(i % 0xd800), ['\u{1f600}']: 1, '\ufb33': [i]}));
  const ours = peer(['canonicalize'], values.map(value => JSON.stringify(value)).join('\n')).trim().split('\n');
  assert.equal(ours.length, values.length);
  values.forEach((value, i) => assert.equal(ours[i], canonicalize(value)));
});
