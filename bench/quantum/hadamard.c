/* One H pass over 2^n amplitudes in place, the loop that the kernel runs: prints milliseconds of each round. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  int n = atoi(argv[1]), target = atoi(argv[2]), rounds = atoi(argv[3]);
  size_t size = (size_t)1 << n, stride = (size_t)1 << target;
  double *a = malloc(size * 16);
  for (size_t i = 0; i < 2 * size; i++) a[i] = 1.0 / (double)(i + 1);
  const double c = sqrt(0.5);
  for (int round = 0; round < rounds; round++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < size / 2; i++) {
      size_t p = 2 * (i + (i & ~(stride - 1))), q = p + 2 * stride;
      double xr = a[p], xi = a[p + 1], yr = a[q], yi = a[q + 1];
      a[p] = c * xr + c * yr;
      a[p + 1] = c * xi + c * yi;
      a[q] = c * xr - c * yr;
      a[q + 1] = c * xi - c * yi;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.4f\n", (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6);
  }
  fprintf(stderr, "%g\n", a[size / 3]);
  return 0;
}
