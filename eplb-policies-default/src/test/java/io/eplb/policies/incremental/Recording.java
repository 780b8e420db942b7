package io.eplb.policies.incremental;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A recorded trace of windows × layers × experts, each window of a layer scaled to the same total.
 */
final class Recording {
  private static final double TOTAL = 1e6;

  private final int windows;
  private final int layers;
  private final int experts;
  private final double[] loads;

  private Recording(int windows, int layers, int experts, double[] loads) {
    this.windows = windows;
    this.layers = layers;
    this.experts = experts;
    this.loads = loads;
  }

  int windows() {
    return windows;
  }

  int layers() {
    return layers;
  }

  /** Reads the part of the GLM-5.2 traffic in the test resources. */
  static Recording glm52Mixed() {
    try (InputStream in =
        Objects.requireNonNull(Recording.class.getResourceAsStream("glm52-mixed-9-layers.npy"))) {
      return parse(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Returns a trace whose traffic moves at one window to experts at a fixed distance. */
  Recording shifted(int from, int by) {
    double[] shifted = loads.clone();
    for (int i = from * layers * experts; i < loads.length; i++) {
      int row = i / experts * experts;
      shifted[row + (i + by) % experts] = loads[i];
    }
    return new Recording(windows, layers, experts, shifted);
  }

  /** Returns a trace with the loads of hot experts far above the others: each to a power. */
  Recording sharpened(double power) {
    double[] sharp = loads.clone();
    for (int row = 0; row < windows * layers; row++) {
      double total = 0.0;
      for (int i = row * experts; i < (row + 1) * experts; i++) {
        sharp[i] = Math.pow(loads[i], power);
        total += sharp[i];
      }
      for (int i = row * experts; i < (row + 1) * experts; i++) {
        sharp[i] *= TOTAL / total;
      }
    }
    return new Recording(windows, layers, experts, sharp);
  }

  private static Recording parse(byte[] npy) {
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = bytes.getShort(8);
    String header = new String(npy, 10, headerLength, StandardCharsets.US_ASCII);
    String[] shape =
        header.substring(header.indexOf('(') + 1, header.indexOf(')')).split(", *", -1);
    int windows = Integer.parseInt(shape[0]);
    int layers = Integer.parseInt(shape[1]);
    int experts = Integer.parseInt(shape[2]);
    double[] loads = new double[windows * layers * experts];
    bytes.position(10 + headerLength);
    for (int row = 0; row < windows * layers; row++) {
      double total = 0.0;
      for (int i = row * experts; i < (row + 1) * experts; i++) {
        loads[i] = bytes.getInt();
        total += loads[i];
      }
      for (int i = row * experts; i < (row + 1) * experts; i++) {
        loads[i] *= TOTAL / total;
      }
    }
    return new Recording(windows, layers, experts, loads);
  }

  /** Returns one window, layers × experts. */
  double[] window(int window) {
    double[] copy = new double[layers * experts];
    System.arraycopy(loads, window * copy.length, copy, 0, copy.length);
    return copy;
  }

  /**
   * Returns the windows 0 to {@code last}, with their weights in the moving average from the first
   * window on; their sum is the average.
   */
  double[] movingAverage(int last, double alpha) {
    int size = layers * experts;
    double[] weighted = new double[(last + 1) * size];
    for (int w = 0; w <= last; w++) {
      double weight = (w == 0 ? 1.0 : alpha) * Math.pow(1.0 - alpha, last - w);
      for (int i = 0; i < size; i++) {
        weighted[w * size + i] = weight * loads[w * size + i];
      }
    }
    return weighted;
  }
}
