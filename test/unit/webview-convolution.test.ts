import assert from "node:assert/strict";
import type { Step } from "../../src/shared/inside.ts";
import {
  greatestTo,
  heaviestChannel,
  ground,
  isInserted,
  isPadding,
  productsIn,
  sumOfChannel,
  sumTo,
} from "../../webview/model/convolution/arithmetic.ts";
import { backwards } from "../../webview/model/convolution/backwards.ts";
import { matrixRow, rowOf } from "../../webview/model/convolution/matrix-row.ts";
import { advanced, channelAt, moved } from "../../webview/model/convolution/moments.ts";
import {
  aligned,
  cellWords,
  filledWords,
  operatorWords,
  sumLines,
  switchWords,
  zerosWords,
} from "../../webview/model/convolution/words.ts";
import type { ChannelMap } from "../../webview/model/unit/channel-map.ts";

type Pair = readonly [number, number];
interface Geometry {
  readonly size: readonly [number, number, number];
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: readonly [number, number, number, number];
}

/** Numbers without a pattern, the same each time. */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 2);

/** A convolution to one channel, by its definition: what the steps are taken from, and what they are compared with. */
function layer({ size: [channels, rows, columns], kernel, stride, dilation, padding }: Geometry) {
  const input = noise(channels * rows * columns, 1);
  const weights = noise(channels * kernel[0] * kernel[1], 2);
  const extent = (all: number, axis: 0 | 1) =>
    Math.floor((all + padding[axis] + padding[axis + 2]! - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  const output = [1, extent(rows, 0), extent(columns, 1)] as const;
  const bias = 0.25;
  const stepAt = (place: Pair): Step => {
    const origin = [place[0] * stride[0] - padding[0], place[1] * stride[1] - padding[1]] as const;
    const window = new Float32Array(weights.length);
    let value = bias;
    for (let i = 0; i < window.length; i++) {
      const [c, cell] = [Math.floor(i / (kernel[0] * kernel[1])), i % (kernel[0] * kernel[1])];
      const y = origin[0] + Math.floor(cell / kernel[1]) * dilation[0];
      const x = origin[1] + (cell % kernel[1]) * dilation[1];
      const inside = y >= 0 && x >= 0 && y < rows && x < columns;
      window[i] = inside ? input[(c * rows + y) * columns + x]! : NaN;
      if (inside) value += window[i]! * weights[i]!;
    }
    return {
      node: "conv",
      kind: "convolution",
      op: "Conv",
      place,
      channel: 0,
      input: [channels, rows, columns],
      output,
      from: "x",
      firstChannel: 0,
      channels,
      kernel,
      stride,
      dilation,
      padding,
      origin,
      window,
      weights,
      bias,
      value,
      picked: undefined,
      divisor: undefined,
    };
  };
  const places = Array.from(
    { length: output[1] * output[2] },
    (_, i) => [Math.floor(i / output[2]), i % output[2]] as const,
  );
  return { input, output, stepAt, places };
}

const geometries: Readonly<Record<string, Geometry>> = {
  plain: { size: [2, 5, 6], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1, 1, 1] },
  strided: { size: [3, 7, 8], kernel: [3, 2], stride: [2, 3], dilation: [1, 1], padding: [1, 0, 0, 1] },
  dilated: { size: [1, 9, 8], kernel: [2, 3], stride: [1, 2], dilation: [3, 2], padding: [2, 1, 2, 2] },
  "without padding": { size: [2, 4, 4], kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: [0, 0, 0, 0] },
};

describe("a convolution explained", () => {
  it("begins with the input channel that adds most, whatever its sign", () => {
    const step = layer(geometries["without padding"]!).stepAt([0, 0]);
    const weights = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0);
    assert.equal(heaviestChannel({ ...step, weights }), 1);
    assert.equal(heaviestChannel({ ...step, weights: weights.map((w) => -w) }), 1);
    assert.equal(heaviestChannel({ ...step, weights: weights.map(() => 0) }), 0);
  });

  it("says of a row how many of its numbers are not zero", () => {
    assert.equal(filledWords(1), "1 of the row’s numbers is not zero.");
    assert.equal(filledWords(1200), "1,200 of the row’s numbers are not zero.");
  });

  for (const [name, geometry] of Object.entries(geometries)) {
    const { input, stepAt, places, output } = layer(geometry);

    it(`${name}: products and bias add up to the value, whichever way they are summed`, () => {
      for (const place of places) {
        const step = stepAt(place);
        const whole = sumTo(step, productsIn(step)) + step.bias;
        assert.ok(Math.abs(whole - step.value) < 1e-5);
        const byChannel = Array.from({ length: step.channels }, (_, c) => sumOfChannel(step, c));
        assert.ok(Math.abs(byChannel.reduce((a, b) => a + b, step.bias) - step.value) < 1e-5);
        for (let i = 0; i < productsIn(step); i++)
          assert.equal(isPadding(step, i), Number.isNaN(step.window[i]), `${place.join()}: ${i}`);
      }
    });

    it(`${name}: the row of the matrix times the flattened input is the value`, () => {
      for (const place of places) {
        const step = stepAt(place);
        const row = matrixRow(step)!;
        const product = row.reduce((sum, { column, weight }) => sum + weight * input[column]!, step.bias);
        assert.ok(Math.abs(product - step.value) < 1e-5, place.join());
        assert.equal(new Set(row.map(({ column }) => column)).size, row.length, "each number of the input once");
      }
      assert.deepEqual(
        places.map((place) => rowOf(stepAt(place))),
        [...places.keys()],
      );
    });

    it(`${name}: backwards it is the transpose of the same matrix`, () => {
      const [, rows, columns] = output;
      const y: ChannelMap = {
        rows,
        columns,
        values: noise(rows * columns, 3),
        span: { low: -2, high: 2, signed: true },
      };
      const [channels, height, width] = geometry.size;
      const transposed = new Float64Array(input.length);
      places.forEach((place, i) => {
        for (const { column, weight } of matrixRow(stepAt(place))!) transposed[column]! += weight * y.values[i]!;
      });
      const step = stepAt([0, 0]);
      for (let c = 0; c < channels; c++)
        for (let row = 0; row < height; row++)
          for (let column = 0; column < width; column++) {
            const { sum } = backwards(step, y, c, [row, column]);
            assert.ok(
              Math.abs(sum - transposed[(c * height + row) * width + column]!) < 1e-4,
              `${c}, ${row}, ${column}`,
            );
          }
    });
  }

  it("goes over a transposed convolution's input with zeros between", () => {
    // Stride 2, one row: x = [1, 2], kernel [a, b, c], no padding: y = [a, b, c + 2a, 2b, 2c].
    const [a, b, c] = [3, 5, 7];
    const expected = [a, b, c + 2 * a, 2 * b, 2 * c];
    const zeroed = [1, 0, 2];
    expected.forEach((value, x) => {
      const window = [-2, -1, 0].map((shift) => zeroed[x + shift] ?? NaN);
      const step: Step = {
        ...layer(geometries["plain"]!).stepAt([0, 0]),
        kind: "transposed convolution",
        op: "ConvTranspose",
        input: [1, 1, 2],
        output: [1, 1, 5],
        place: [0, x],
        channels: 1,
        kernel: [1, 3],
        stride: [1, 2],
        padding: [0, 0, 0, 0],
        origin: [0, x - 2],
        window: Float32Array.from(window),
        weights: Float32Array.of(c, b, a),
        bias: 0,
        value,
      };
      assert.deepEqual(ground(step), [1, 3]);
      assert.equal(sumTo(step, 3), value);
      const row = matrixRow(step)!;
      assert.equal(
        row.reduce((sum, { column, weight }) => sum + weight * [1, 2][column]!, 0),
        value,
      );
      [0, 1, 2].forEach((i) => assert.equal(isInserted(step, i), x - 2 + i === 1, `${x}: ${i}`));
    });
  });

  it("shows what a pooling picks, and what it divides by", () => {
    const base = layer({ ...geometries["without padding"]!, size: [1, 4, 4] }).stepAt([0, 1]);
    const pooling: Step = {
      ...base,
      kind: "pooling",
      op: "MaxPool",
      weights: new Float32Array(),
      bias: 0,
      window: Float32Array.of(-3, NaN, 4, 2),
      value: 4,
      picked: 2,
    };
    assert.deepEqual(greatestTo(pooling, 4), { value: 4, cell: 2 });
    assert.deepEqual(greatestTo(pooling, 2), { value: -3, cell: 0 });
    assert.deepEqual(matrixRow(pooling), [{ column: 6, weight: 1 }], "row 1, column 2 of 4");
    assert.match(switchWords(pooling)!, /row 1, column 0/);
    const mean: Step = { ...pooling, picked: undefined, divisor: 4, window: Float32Array.of(1, 2, 3, 6), value: 3 };
    assert.equal(sumTo(mean, 4), 3);
    assert.deepEqual(
      matrixRow(mean)!.map(({ weight }) => weight),
      [0.25, 0.25, 0.25, 0.25],
    );
    assert.equal(matrixRow({ ...mean, divisor: undefined }), undefined);
    assert.equal(switchWords(base), undefined);
  });

  it("tells rows from columns on the way back, where its steps differ", () => {
    const words = (...stride: Pair) => [zerosWords({ stride }), cellWords({ stride })];
    assert.deepEqual(words(1, 1), ["", "a whole output pixel"]);
    assert.deepEqual(words(2, 2), ["with 1 zero between its rows and columns", "1/2 of an output pixel"]);
    assert.deepEqual(words(3, 2), [
      "with 2 zeros between its rows and 1 between its columns",
      "1/3 of an output pixel down, and 1/2 of an output pixel across",
    ]);
    assert.deepEqual(words(1, 3), [
      "with 2 zeros between its columns",
      "a whole output pixel down, and 1/3 of an output pixel across",
    ]);
    assert.equal(words(2, 1)[0], "with 1 zero between its rows");
  });

  it("steps by products, channels and places, and knows the ends", () => {
    const step = layer(geometries["plain"]!).stepAt([0, 0]); // 2 channels of 9
    assert.equal(advanced(step, 0, 1, "products"), 1);
    assert.equal(advanced(step, 18, 1, "products"), undefined);
    assert.equal(advanced(step, 0, -1, "products"), undefined);
    assert.equal(advanced(step, 4, 1, "channels"), 9);
    assert.equal(advanced(step, 4, -1, "channels"), 0);
    assert.equal(advanced(step, 18, -1, "channels"), 9);
    assert.deepEqual(
      [0, 1, 9, 10, 18].map((done) => channelAt(step, done)),
      [0, 0, 0, 1, 1],
    );
    assert.deepEqual(moved([0, 5], [5, 6], 1), [1, 0]);
    assert.deepEqual(moved([1, 0], [5, 6], -1), [0, 5]);
    assert.equal(moved([4, 5], [5, 6], 1), undefined);
    assert.equal(moved([0, 0], [5, 6], -1), undefined);
  });

  it("says what is summed, in digits that add up", () => {
    const step = layer(geometries["strided"]!).stepAt([1, 1]);
    assert.equal(operatorWords(step), "Conv 3 × 2, stride 2 × 3, padding 1, 0, 0, 1: 3 × 7 × 8 becomes 1 × 3 × 3");
    assert.match(operatorWords({ ...step, turned: true }), /, rows and columns as in the picture, which the file has turned: /); // prettier-ignore
    assert.equal(sumLines(step, 3, 0).length, 2, "the bias comes at the end");
    assert.equal(sumLines(step, productsIn(step), 0).at(-1)?.value, step.value);
    assert.deepEqual(aligned([-13.8701, -0.07921, 0, NaN]), ["−13.870", "−0.079", "0.000", "NaN"]);
    assert.deepEqual(aligned([1e9, 2]), ["1.00×10⁹", "2"]);
    assert.deepEqual(aligned([5, -0.00001]), ["5.0000", "0.0000"], "no minus before a zero");
  });
});
