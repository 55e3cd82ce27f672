import {expect, test} from 'vitest';
import type {LogEntry} from '../../../schemas/protocol.ts';
import {createLog, parseLevel} from '../../../sidecar/server/log.ts';

test('the log says where an error came from, and never what it said', () => {
  const lines: string[] = [];
  const log = createLog('info', line => lines.push(line));
  const cause = Object.assign(new SyntaxError('Unexpected token in "secret, 42"'), {code: 'E_PARSE'});
  log.error('mlpLab/startRun failed', new Error('cannot read secret, 42', {cause}));
  log.error('mlpLab/readRun failed', 'secret, 42');
  const text = lines.join('');
  expect(text).toMatch(/^\S+ error mlpLab\/startRun failed\nError\n {4}at .*log\.test\.ts/);
  expect(text).toContain('by SyntaxError E_PARSE');
  expect(text).toMatch(/ error mlpLab\/readRun failed\nstring\n$/);
  expect(text).not.toContain('secret');
});

test('the log leaves out what is below its level, and tells latecomers what they missed', () => {
  const lines: string[] = [];
  const log = createLog(parseLevel('warning'), line => lines.push(line));
  log.info('no');
  log.debug('no');
  for (let i = 0; i < 300; i++) log.warning(`warning ${i}`);
  expect(lines).toHaveLength(300);
  const heard: LogEntry[] = [];
  const end = log.listen(entry => heard.push(entry));
  log.error('the last');
  end();
  log.error('unheard');
  expect(heard.map(({message}) => message)).toEqual([
    ...Array.from({length: 200}, (_, i) => `warning ${100 + i}`),
    'the last',
  ]);
  expect(heard.at(-1)!.level).toBe('error');
});

test.each([
  ['debug', 'debug'],
  ['loud', 'info'],
  [undefined, 'info'],
])('a level of %s is taken as %s', (name, level) => {
  expect(parseLevel(name)).toBe(level);
});
