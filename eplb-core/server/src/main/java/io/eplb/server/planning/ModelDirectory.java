package io.eplb.server.planning;

import io.eplb.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The models of all groups, within bounds: when there are too many in a group, or they take too
 * much memory together, the one that was not asked for longest goes. A model with waiting questions
 * stays. A single model may take more. The models that were asked last keep their policies, which
 * have threads or processes; the others get them anew when they are asked.
 *
 * <p>Changed under the service's lock; {@link #all} may be called by any thread.
 */
final class ModelDirectory {
  /** The most groups. */
  static final int MOST_GROUPS = 64;

  /** The most models of a group. */
  static final int MOST_MODELS = 8;

  /** The models that keep their policies between questions. */
  static final int MOST_POLICIES = 32;

  private record Key(String group, String model) {}

  private record Entry(Model model, long bytes) {}

  private final BiFunction<String, AskShape, Model> newModel;
  private final BiConsumer<String, String> forgotten;
  private final long mostBytes;

  /** The models, the one that was not asked for the longest time first. */
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private volatile List<Model> all = List.of();

  /**
   * Creates an empty directory.
   *
   * @param newModel makes the model of a group for a shape
   * @param forgotten hears of the group and the name of a model that goes
   * @param mostBytes the memory for all models
   */
  ModelDirectory(
      BiFunction<String, AskShape, Model> newModel,
      BiConsumer<String, String> forgotten,
      long mostBytes) {
    this.newModel = newModel;
    this.forgotten = forgotten;
    this.mostBytes = mostBytes;
  }

  /**
   * Returns the model of a shape; makes it, and room for it, if it is new.
   *
   * @throws ProblemException if there are too many groups, or no model can go
   */
  Model get(String group, AskShape shape) {
    Key key = new Key(group, shape.model());
    Entry entry = entries.get(key);
    if (entry == null) {
      makeRoom(group, Model.bytes(shape));
      entry = new Entry(newModel.apply(group, shape), Model.bytes(shape));
      entries.put(key, entry);
      publish();
    }
    entries.values().stream()
        .limit(Math.max(0, entries.size() - MOST_POLICIES))
        .map(Entry::model)
        .filter(Model::idle)
        .forEach(Model::rest);
    return entry.model();
  }

  private void makeRoom(String group, long bytes) {
    Collection<Entry> present = entries.values();
    if (present.stream().filter(entry -> entry.model().group().equals(group)).count()
        >= MOST_MODELS) {
      removeQuiet(
          model -> model.group().equals(group), "a group plans for %s models at most", MOST_MODELS);
    }
    if (present.stream().map(entry -> entry.model().group()).noneMatch(group::equals)
        && present.stream().map(entry -> entry.model().group()).distinct().count() >= MOST_GROUPS) {
      throw ProblemException.of(
          429,
          "%s groups are planned for already, which is the most; ask under the name of one of them"
              .formatted(MOST_GROUPS));
    }
    while (!present.isEmpty()
        && present.stream().mapToLong(Entry::bytes).sum() + bytes > mostBytes) {
      removeQuiet(model -> true, "%s MiB of memory hold all models", mostBytes >> 20);
    }
  }

  private void removeQuiet(Predicate<Model> some, String bound, long most) {
    Optional<Model> quiet =
        entries.values().stream().map(Entry::model).filter(some).filter(Model::idle).findFirst();
    Model gone =
        quiet.orElseThrow(
            () ->
                ProblemException.retryAfter(
                    429, 1, bound.formatted(most) + ", and all of them have questions that wait"));
    entries.remove(new Key(gone.group(), gone.name()));
    publish();
    gone.rest();
    forgotten.accept(gone.group(), gone.name());
  }

  private void publish() {
    List<Model> models = new ArrayList<>();
    entries.values().forEach(entry -> models.add(entry.model()));
    all = List.copyOf(models);
  }

  /** Returns all models; never waits. */
  List<Model> all() {
    return all;
  }
}
