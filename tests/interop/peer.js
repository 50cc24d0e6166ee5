// Our side: the program interop-peer, which CHETI_PEER names (tests/run does).
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';

export function peer(command, input = '') {
  const program = process.env.CHETI_PEER;
  assert.ok(program, 'set CHETI_PEER to the program interop-peer (tests/run does)');
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const {status, stdout, stderr, error} = spawnSync(program, command, {input: text, maxBuffer: 1 << 26});
  assert.equal(status, 0, `${command}: ${error ?? stderr}`);
  return stdout.toString();
}

// What it makes, as JSON.
export const made = (...command) => JSON.parse(peer(command));

// 'valid', or the stage at which we refuse: json, envelope, json-ld, transformation, suite, purpose, key, context, chain,
// proof or signature.
export const judge = credential => stage(peer(['judge'], credential));

export const judgePresentation = (presentation, challenge, domain) =>
  stage(peer(['judge-presentation', challenge, domain], presentation));

function stage(verdict) {
  return verdict === 'valid' ? verdict : /^invalid ([a-z-]+): /.exec(verdict)[1];
}
