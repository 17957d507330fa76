import assert from 'node:assert/strict'
import { compactCount, count, duration, figure, plural } from '../../../../webview/ui/format'

describe('formats', () => {
  it('groups counts', () => assert.deepEqual([0, 950, 12345, 1234567].map(count), ['0', '950', '12,345', '1,234,567']))

  it('shortens large counts', () =>
    assert.deepEqual([448, 9999, 12_345, 999_999, 4_500_000, 2e9].map(compactCount), ['448', '9,999', '12.3k', '1000k', '4.5M', '2G']))

  it('gives four digits', () =>
    assert.deepEqual([0, 0.123456, 12.3456, 405.62, -0.5, 1e-5, 0.000804, 1234567, NaN].map(figure), [
      '0',
      '0.1235',
      '12.35',
      '405.6',
      '-0.5',
      '1e-5',
      '0.000804',
      '1.23e6',
      'NaN',
    ]))

  it('writes durations', () => assert.deepEqual([-1, 4.4, 59.7, 185, 3723].map(duration), ['0 s', '4 s', '1:00', '3:05', '1:02:03']))

  it('counts things', () => assert.deepEqual([plural(1, 'layer'), plural(2048, 'parameter')], ['1 layer', '2,048 parameters']))
})
