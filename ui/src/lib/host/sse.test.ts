import { expect, it } from 'vitest';
import { eventParser } from './sse';

it('reads events however the stream is sliced', () => {
  const stream = ': hello\n\nid: 1\ndata: {"seq":1}\n\ndata:{"a":\ndata: 2}\r\n\r\n: keep-alive\n\ndata: last\n\nda';
  for (const size of [1, 2, 3, 7, 1000]) {
    const seen: string[] = [];
    const feed = eventParser((data) => seen.push(data));
    for (let at = 0; at < stream.length; at += size) feed(stream.slice(at, at + size));
    expect(seen).toEqual(['{"seq":1}', '{"a":\n2}', 'last']);
  }
});
