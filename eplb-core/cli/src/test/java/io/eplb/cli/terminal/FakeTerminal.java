package io.eplb.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An imitation of a terminal without end below: it knows the commands that the program sends, and
 * breaks lines at its width. Most terminals break their lines anew when their width changes, others
 * cut them.
 */
public final class FakeTerminal extends OutputStream {
  private static final Pattern COMMAND = Pattern.compile("\033\\[(\\??)(\\d*)([A-Za-z])");

  /** A row of the screen; {@code goesOn} if the row below is the same line. */
  private static final class Row {
    final StringBuilder cells = new StringBuilder();
    boolean goesOn;
  }

  private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
  private final List<Row> rows = new ArrayList<>(List.of(new Row()));
  private int width;
  private int row;
  private int column;
  private boolean breaksLines = true;

  public FakeTerminal(int width) {
    this.width = width;
  }

  @Override
  public void write(int octet) {
    unread.write(octet);
  }

  /** Takes what was written so far. */
  private void read() {
    String text = unread.toString(StandardCharsets.UTF_8);
    unread.reset();
    Matcher command = COMMAND.matcher(text);
    for (int at = 0; at < text.length(); at++) {
      char sign = text.charAt(at);
      if (sign == '\033') {
        if (!command.find(at) || command.start() != at) {
          throw new IllegalStateException("no command of a terminal: " + text.substring(at));
        }
        obey(command.group(1) + command.group(3), command.group(2));
        at = command.end() - 1;
      } else if (sign == '\n') {
        down(false);
      } else if (sign == '\r') {
        column = 0;
      } else {
        put(sign);
      }
    }
  }

  private void obey(String command, String number) {
    switch (command) {
      case "A" -> row = Math.max(0, row - Integer.parseInt(number));
      case "J" -> {
        Row here = rows.get(row);
        here.cells.setLength(Math.min(here.cells.length(), column));
        here.goesOn = false;
        rows.subList(row + 1, rows.size()).clear();
      }
      case "?l" -> breaksLines = false;
      case "?h" -> breaksLines = true;
      default -> throw new IllegalStateException("unknown command " + command);
    }
  }

  private void put(char sign) {
    if (column == width) {
      if (breaksLines) {
        rows.get(row).goesOn = true;
        down(true);
      } else {
        column--;
      }
    }
    StringBuilder cells = rows.get(row).cells;
    while (cells.length() <= column) {
      cells.append(' ');
    }
    cells.setCharAt(column++, sign);
  }

  private void down(boolean sameLine) {
    if (++row == rows.size()) {
      rows.add(new Row());
    } else if (!sameLine) {
      rows.get(row - 1).goesOn = false;
    }
    column = 0;
  }

  /** Gets another width; lines that do not fit any more are cut. */
  public void resizeCutting(int newWidth) {
    read();
    width = newWidth;
    rows.forEach(each -> each.cells.setLength(Math.min(each.cells.length(), newWidth)));
    column = Math.min(column, newWidth);
  }

  /** Gets another width; all lines are broken anew, and the cursor stays at its letter. */
  public void resizeBreaking(int newWidth) {
    read();
    List<Row> before = new ArrayList<>(rows);
    rows.clear();
    int cursorRow = row;
    int cursorColumn = column;
    for (int at = 0; at < before.size(); at++) {
      int cursor = -1;
      StringBuilder line = new StringBuilder();
      while (true) {
        if (at == cursorRow) {
          cursor = line.length() + cursorColumn;
        }
        line.append(before.get(at).cells);
        if (!before.get(at).goesOn || at + 1 == before.size()) {
          break;
        }
        at++;
      }
      int first = rows.size();
      do {
        Row part = new Row();
        int length = Math.min(newWidth, line.length());
        part.cells.append(line, 0, length);
        line.delete(0, length);
        part.goesOn = !line.isEmpty();
        rows.add(part);
      } while (!line.isEmpty());
      if (cursor >= 0) {
        row = Math.min(first + cursor / newWidth, rows.size() - 1);
        column = cursor - (row - first) * newWidth;
      }
    }
    width = newWidth;
  }

  /** Returns the rows of the screen without the empty ones at its end. */
  public String screen() {
    read();
    return rows.stream()
        .map(each -> each.cells + "\n")
        .collect(Collectors.joining())
        .stripTrailing();
  }

  /** Returns the lines of the screen, wherever the terminal broke them. */
  public String lines() {
    read();
    return rows.stream()
        .map(each -> each.cells + (each.goesOn ? "" : "\n"))
        .collect(Collectors.joining())
        .stripTrailing();
  }
}
