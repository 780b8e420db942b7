package io.eplb.server.planning;

import io.eplb.core.load.LoadHistory;
import io.eplb.core.load.Weighting;
import io.eplb.server.state.Journal;
import io.eplb.server.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a model that outlives a restart: its history of load, the questions whose windows the
 * history has, and the latest answers. Used by the model's writer; {@link #answer} by any thread.
 *
 * <p>All of it is in one journal. A record is either the windows of a question, or an answer, or
 * the state as it was when the journal was last rewritten, which then comes first. A change is in
 * the journal before it is made here, so that a restart never knows less than the engines do.
 */
final class ModelMemory {
  /** The questions and the answers that are remembered. */
  static final int REMEMBERED = 16;

  /** The records after which the journal is rewritten. */
  static final int LONGEST_JOURNAL = 3 * REMEMBERED;

  private static final Logger LOG = LoggerFactory.getLogger(ModelMemory.class);
  private static final char STATE = 'S';
  private static final char WINDOWS = 'W';
  private static final char ANSWER = 'A';

  private final StateFolder folder;
  private final String group;
  private final String file;
  private final int layers;
  private final int experts;

  /** Replaced as a whole when the journal is read; null until then. */
  private volatile @Nullable Content content;

  private @Nullable Journal journal;
  private int records;

  /** The remembered answers and windows, oldest first. */
  private static final class Content {
    private final Map<String, Boolean> counted = bounded();
    private final Map<String, PlanAnswer> answers = bounded();
    private Weighting weighting;
    private LoadHistory history;

    Content(Weighting weighting, LoadHistory history) {
      this.weighting = weighting;
      this.history = history;
    }

    private static <V> Map<String, V> bounded() {
      return new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
          return size() > REMEMBERED;
        }
      };
    }

    void count(String digest, List<double[]> windows) {
      if (counted.put(digest, true) == null) {
        windows.forEach(history::add);
      }
    }

    void add(PlanAnswer answer) {
      synchronized (answers) {
        answers.put(answer.inputs(), answer);
      }
    }

    Optional<PlanAnswer> answer(String digest) {
      synchronized (answers) {
        return Optional.ofNullable(answers.get(digest));
      }
    }
  }

  ModelMemory(StateFolder folder, String group, String model, int layers, int experts) {
    this.folder = folder;
    this.group = group;
    this.file = "model-" + model;
    this.layers = layers;
    this.experts = experts;
  }

  /**
   * Reads the journal, once. A history of other weights starts anew; a journal that cannot be read
   * is set aside.
   *
   * @throws IOException if the disk failed; the next call tries again
   */
  void open(Weighting weighting) throws IOException {
    if (content == null) {
      content = folder.durable() ? read(weighting) : fresh(weighting);
    }
    Content present = content();
    if (!present.weighting.equals(weighting)) {
      Content next = fresh(weighting);
      next.answers.putAll(present.answers);
      next.counted.putAll(present.counted);
      LOG.info(
          "group {}, model {}: the history starts anew, since its windows are weighted by {} from now on",
          group,
          file,
          weighting);
      rewrite(next);
      content = next;
    }
  }

  private Content fresh(Weighting weighting) {
    return new Content(weighting, new LoadHistory(layers, experts, weighting));
  }

  private Content content() {
    Content present = content;
    if (present == null) {
      throw new IllegalStateException("the journal of " + file + " has not been read");
    }
    return present;
  }

  private Content read(Weighting weighting) throws IOException {
    Journal opened = folder.journal(group, file);
    List<byte[]> found = opened.records();
    journal = opened;
    records = found.size();
    Content read = fresh(weighting);
    try {
      for (byte[] record : found) {
        read = apply(record, read);
      }
      return read;
    } catch (IOException | RuntimeException unreadable) {
      folder.setAside(group, file, "it is no memory of this model: " + unreadable.getMessage());
      opened.rewrite(List.of());
      records = 0;
      return fresh(weighting);
    }
  }

  private Content apply(byte[] record, Content so) throws IOException {
    DataInputStream from = new DataInputStream(new ByteArrayInputStream(record));
    char kind = from.readChar();
    switch (kind) {
      case STATE -> {
        return readState(from, so.weighting);
      }
      case WINDOWS -> {
        String digest = from.readUTF();
        List<double[]> windows = new ArrayList<>();
        for (int left = from.readInt(); left > 0; left--) {
          double[] window = new double[layers * experts];
          for (int at = 0; at < window.length; at++) {
            window[at] = from.readDouble();
          }
          windows.add(window);
        }
        so.count(digest, windows);
      }
      case ANSWER -> so.add(AnswerCodec.read(from));
      default -> throw new IOException("a record of the unknown kind " + (int) kind);
    }
    return so;
  }

  private Content readState(DataInputStream from, Weighting weighting) throws IOException {
    boolean same = from.readUTF().equals(weighting.toString());
    Content state = fresh(weighting);
    for (int left = from.readInt(); left > 0; left--) {
      state.counted.put(from.readUTF(), true);
    }
    if (same) {
      state.history = LoadHistory.restore(layers, experts, weighting, from.readAllBytes());
    }
    return state;
  }

  /** Returns the answer that was given to a question; any thread may ask. */
  Optional<PlanAnswer> answer(String digest) {
    Content present = content;
    return present == null ? Optional.empty() : present.answer(digest);
  }

  /** Returns the windows so far. */
  LoadHistory history() {
    return content().history;
  }

  /** Returns the latest answer. */
  Optional<PlanAnswer> latest() {
    Map<String, PlanAnswer> answers = content().answers;
    synchronized (answers) {
      return answers.values().stream().reduce((earlier, later) -> later);
    }
  }

  /**
   * Adds the windows of a question to the history, unless it has them.
   *
   * @throws IOException if the disk failed; the history is as before
   */
  void count(String digest, List<double[]> windows) throws IOException {
    Content present = content();
    if (present.counted.containsKey(digest)) {
      return;
    }
    append(
        to -> {
          to.writeChar(WINDOWS);
          to.writeUTF(digest);
          to.writeInt(windows.size());
          for (double[] window : windows) {
            for (double load : window) {
              to.writeDouble(load);
            }
          }
        });
    present.count(digest, windows);
  }

  /**
   * Remembers an answer that is about to be given.
   *
   * @throws IOException if the disk failed; it must not be given then
   */
  void add(PlanAnswer answer) throws IOException {
    append(
        to -> {
          to.writeChar(ANSWER);
          AnswerCodec.write(to, answer);
        });
    content().add(answer);
    if (records >= LONGEST_JOURNAL) {
      try {
        rewrite(content());
      } catch (IOException failed) {
        LOG.warn("the journal of {} in group {} stays long: {}", file, group, failed.getMessage());
      }
    }
  }

  @FunctionalInterface
  private interface RecordWriter {
    void write(DataOutputStream to) throws IOException;
  }

  private static byte[] bytes(RecordWriter writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private void append(RecordWriter writer) throws IOException {
    Journal opened = journal;
    if (opened != null) {
      opened.append(bytes(writer));
      records++;
    }
  }

  /** Puts the state and the answers in the place of all records. */
  private void rewrite(Content present) throws IOException {
    Journal opened = journal;
    if (opened == null) {
      return;
    }
    List<byte[]> all = new ArrayList<>();
    Set<String> counted = present.counted.keySet();
    all.add(
        bytes(
            to -> {
              to.writeChar(STATE);
              to.writeUTF(present.weighting.toString());
              to.writeInt(counted.size());
              for (String digest : counted) {
                to.writeUTF(digest);
              }
              to.write(present.history.save());
            }));
    for (PlanAnswer answer : present.answers.values()) {
      all.add(
          bytes(
              to -> {
                to.writeChar(ANSWER);
                AnswerCodec.write(to, answer);
              }));
    }
    opened.rewrite(all);
    records = all.size();
  }
}
