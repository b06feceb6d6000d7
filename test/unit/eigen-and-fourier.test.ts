import assert from "node:assert/strict";
import { eigenOf } from "../../src/engine/analysis/eigen.ts";
import { complexSquare, transform } from "../../src/engine/analysis/fourier-transform.ts";
import { near } from "./support/asking.ts";
import { random } from "./support/random.ts";

describe("the discrete Fourier transform", () => {
  it("is the sum of waves", () => {
    const side = 8;
    const square = complexSquare(side);
    square.real.set(random(1, side * side));
    square.imaginary.set(random(2, side * side));
    const { real, imaginary } = { real: square.real.slice(), imaginary: square.imaginary.slice() };
    transform(square);
    for (let k = 0; k < side; k++)
      for (let l = 0; l < side; l++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < side * side; i++) {
          const angle = (-2 * Math.PI * (k * Math.floor(i / side) + l * (i % side))) / side;
          re += real[i]! * Math.cos(angle) - imaginary[i]! * Math.sin(angle);
          im += real[i]! * Math.sin(angle) + imaginary[i]! * Math.cos(angle);
        }
        near([square.real[k * side + l]!, square.imaginary[k * side + l]!], [re, im], 1e-9);
      }
  });
});

describe("the eigenvectors of a symmetric matrix", () => {
  it("are stretched by their values, at right angles, from the largest on", () => {
    const n = 6;
    const [half] = [random(5, n * n)];
    const matrix = Float64Array.from({ length: n * n }, (_, i) => half[i]! + half[(i % n) * n + Math.floor(i / n)]!);
    const { values, vectors } = eigenOf(matrix, n);
    vectors.forEach((vector, k) => {
      const product = Array.from(vector, (_, i) => vector.reduce((sum, x, j) => sum + matrix[i * n + j]! * x, 0));
      near(
        product,
        vector.map((x) => values[k]! * x),
        1e-9,
      );
      const cosines = vectors.map((other) => vector.reduce((sum, x, i) => sum + x * other[i]!, 0));
      near(
        cosines,
        vectors.map((_, l) => Number(k === l)),
        1e-9,
      );
    });
    assert.deepEqual(
      [...values],
      [...values].sort((a, b) => b - a),
    );
  });
});
