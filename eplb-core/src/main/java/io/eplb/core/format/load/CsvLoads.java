package io.eplb.core.format.load;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.api.wording.TypedNumber;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Reads loads from comma-separated values: one row per layer, one column per expert. It works on
 * bytes, and makes a string only of a cell that is no plain integer.
 */
final class CsvLoads {
  private static final String EXPECTED = "expected a load, finite and at least 0 (rule I2)";
  private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity");
  private static final Set<String> LAYER_COLUMN = Set.of("layer", "layer_id", "layer id");

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** Integers of fewer digits are exact in a double. */
  private static final int EXACT_DIGITS = 15;

  private final InputSource source;
  private final byte[] bytes;
  private int at;

  /** Row of the file, counted from 1. */
  private int row = 1;

  /** Column of the row, counted from 1. */
  private int column;

  /** The cell read last: {@code [cellFrom, cellTo)}, without surrounding blanks. */
  private int cellFrom;

  private int cellTo;
  private boolean lastOfRow;

  private double[] values = new double[1024];
  private int count;

  private CsvLoads(InputSource source, byte[] bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  static NumberArray read(InputSource source) {
    return new CsvLoads(source, source.bytes()).table();
  }

  private NumberArray table() {
    at = bytes.length >= 3 && Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
    int experts = header();
    boolean headed = experts > 0;
    int layers = 0;
    while (at < bytes.length && !onlyBlankLinesLeft()) {
      int columns = row();
      if (experts == 0) {
        experts = columns;
        if (numberedHeader(columns) && at < bytes.length && !onlyBlankLinesLeft()) {
          headed = true;
          count = 0;
          row++;
          continue;
        }
      } else if (columns != experts) {
        throw source.fault(
            "row %s has %s where %s%s; every row has one column per expert"
                .formatted(
                    row,
                    Counted.of(columns, "column"),
                    headed && layers == 0 ? "the header has " : "the rows before it have ",
                    experts));
      }
      layers++;
      row++;
    }
    if (layers == 0) {
      throw source.fault("has no row of numbers; expected one row per layer");
    }
    return new NumberArray(new int[] {layers, experts}, Arrays.copyOf(values, count));
  }

  /** Skips a first row in which no cell is a number and returns its columns; 0 if there is none. */
  private int header() {
    int start = at;
    boolean text = false;
    column = 0;
    do {
      nextCell();
      if (numeric()) {
        at = start;
        return 0;
      }
      text |= cellTo > cellFrom;
      if (column == 1 && LAYER_COLUMN.contains(cell().toLowerCase(Locale.ROOT))) {
        throw source.fault(
            "row 1, column 1 is headed %s; every column is an expert, so remove that column"
                .formatted(OneLine.quote(cell())));
      }
    } while (!lastOfRow);
    if (!text || at == bytes.length) {
      at = start;
      return 0;
    }
    row++;
    return column;
  }

  /**
   * Returns whether the first row is 0, 1, 2, …: the header that pandas writes over columns without
   * names. No layer has such a load.
   */
  private boolean numberedHeader(int columns) {
    for (int expert = 0; expert < columns; expert++) {
      if (values[expert] != expert) {
        return false;
      }
    }
    return columns > 2;
  }

  /** Reads one row into the values and returns its columns. */
  private int row() {
    column = 0;
    do {
      nextCell();
      double value = number();
      if (!(value >= 0.0 && value <= Double.MAX_VALUE)) {
        throw badCell();
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, count + (count >> 1));
      }
      // Adding zero turns −0 into 0.
      values[count++] = value + 0.0;
    } while (!lastOfRow);
    return column;
  }

  private InvalidInputException badCell() {
    String cell = cell();
    boolean separated = cell.indexOf(';') >= 0 || cell.indexOf('\t') >= 0 || cell.indexOf(' ') >= 0;
    return source.fault(
        "row %s, column %s is %s; %s%s"
            .formatted(
                row,
                column,
                cell.isEmpty() ? "empty" : OneLine.quote(cell),
                EXPECTED,
                separated ? ", after a comma" : ""));
  }

  private void nextCell() {
    column++;
    int from = at;
    while (at < bytes.length && bytes[at] != ',' && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    cellFrom = from;
    cellTo = at;
    while (cellFrom < cellTo && blank(bytes[cellFrom])) {
      cellFrom++;
    }
    while (cellTo > cellFrom && blank(bytes[cellTo - 1])) {
      cellTo--;
    }
    lastOfRow = at == bytes.length || bytes[at] != ',';
    if (at < bytes.length) {
      at += bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n' ? 2 : 1;
    }
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  private boolean onlyBlankLinesLeft() {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] != '\n' && bytes[i] != '\r' && !blank(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number in the cell; NaN if it is none. */
  private double number() {
    int digits = cellTo - cellFrom;
    if (digits == 0 || digits > EXACT_DIGITS) {
      return decimal();
    }
    long value = 0;
    for (int i = cellFrom; i < cellTo; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return decimal();
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private double decimal() {
    String cell = cell();
    return TypedNumber.isDecimal(cell) ? Double.parseDouble(cell) : Double.NaN;
  }

  /** Returns whether the cell is written as a number, NaN and the infinities included. */
  private boolean numeric() {
    String cell = cell().toLowerCase(Locale.ROOT);
    String unsigned = cell.startsWith("-") || cell.startsWith("+") ? cell.substring(1) : cell;
    return TypedNumber.isDecimal(cell) || NOT_FINITE.contains(unsigned);
  }

  private String cell() {
    return new String(bytes, cellFrom, cellTo - cellFrom, StandardCharsets.UTF_8);
  }
}
