package io.eplb.server.rpc;

import io.eplb.api.EpTopology;
import io.eplb.core.engine.shared.WeightsShape;
import io.eplb.core.migration.Place;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import java.util.List;

/** The requests of {@link RankLink} as messages. */
final class RankOperations {
  private static final int MOST = EpTopology.MAX_RANKS;

  /** A place is a slot, a buffer or the checkpoint. */
  private static final int SLOT = 0;

  private static final int BUFFER = 1;
  private static final int CHECKPOINT = 2;

  record Join(long epoch, long firstNumber, long version) {}

  record Prepare(long incarnation, Preparation preparation) {}

  record Incarnation(long number) {}

  record AskPromise(
      long incarnation, SwitchName name, List<Integer> layers, long fence, String digest) {}

  record Outcome(long incarnation, SwitchName name, boolean committed, long version) {}

  record Switched(long incarnation, long version) {}

  record Release(long incarnation, long epoch, long number) {}

  static final Operation<Join, RankLink.Joined> JOIN =
      new Operation<>(
          "join",
          false,
          new Codec<>(
              (message, asked) ->
                  message.number(asked.epoch()).number(asked.firstNumber()).number(asked.version()),
              message ->
                  new Join(
                      message.number("the epoch"),
                      message.number("the number of the first preparation"),
                      message.number("the version"))),
          new Codec<>(
              (message, joined) ->
                  message
                      .number(joined.incarnation())
                      .list(joined.buffers(), (list, value) -> list.number(value))
                      .number(joined.nextStep()),
              message ->
                  new RankLink.Joined(
                      message.number("the incarnation"),
                      message.list("free buffers", RankOperations::buffer),
                      message.number("the next step"))));

  static final Operation<Prepare, Codec.Done> PREPARE =
      new Operation<>(
          "prepare",
          true,
          new Codec<>(
              (message, asked) ->
                  preparation(message.number(asked.incarnation()), asked.preparation()),
              message -> new Prepare(message.number("the incarnation"), preparation(message))),
          Codec.done());

  static final Operation<Incarnation, Long> NEXT_STEP =
      new Operation<>(
          "next-step",
          false,
          new Codec<>(
              (message, asked) -> message.number(asked.number()),
              message -> new Incarnation(message.number("the incarnation"))),
          new Codec<>(MessageWriter::number, message -> message.number("the next step")));

  static final Operation<AskPromise, RankLink.Promise> PROMISE =
      new Operation<>(
          "promise",
          false,
          new Codec<>(
              (message, asked) ->
                  name(message.number(asked.incarnation()), asked.name())
                      .list(asked.layers(), (list, value) -> list.number(value))
                      .number(asked.fence())
                      .text(asked.digest()),
              message ->
                  new AskPromise(
                      message.number("the incarnation"),
                      name(message),
                      message.list("layers", RankOperations::layer),
                      message.number("the fence"),
                      message.text("the digest"))),
          new Codec<>(
              (message, promise) -> message.flag(promise.given()).number(promise.nextStep()),
              message ->
                  new RankLink.Promise(
                      message.flag("the promise"), message.number("the next step"))));

  static final Operation<Outcome, Codec.Done> OUTCOME =
      new Operation<>(
          "outcome",
          false,
          new Codec<>(
              (message, asked) ->
                  name(message.number(asked.incarnation()), asked.name())
                      .flag(asked.committed())
                      .number(asked.version()),
              message ->
                  new Outcome(
                      message.number("the incarnation"),
                      name(message),
                      message.flag("the outcome"),
                      message.number("the version"))),
          Codec.done());

  static final Operation<Switched, Codec.Done> SWITCHED =
      new Operation<>(
          "switched",
          true,
          new Codec<>(
              (message, asked) -> message.number(asked.incarnation()).number(asked.version()),
              message ->
                  new Switched(message.number("the incarnation"), message.number("the version"))),
          Codec.done());

  static final Operation<Release, Codec.Done> RELEASE =
      new Operation<>(
          "release",
          true,
          new Codec<>(
              (message, asked) ->
                  message.number(asked.incarnation()).number(asked.epoch()).number(asked.number()),
              message ->
                  new Release(
                      message.number("the incarnation"),
                      message.number("the epoch"),
                      message.number("the number of the preparation"))),
          Codec.done());

  private RankOperations() {}

  private static MessageWriter name(MessageWriter message, SwitchName name) {
    return message.number(name.epoch()).number(name.number());
  }

  private static SwitchName name(MessageReader message) {
    return new SwitchName(
        message.number("the epoch of the switch"), message.number("the number of the switch"));
  }

  private static void preparation(MessageWriter message, Preparation preparation) {
    message
        .number(preparation.epoch())
        .number(preparation.number())
        .number(preparation.layer())
        .bytes(preparation.row().toBytes())
        .list(
            preparation.receives(),
            (receives, receive) ->
                place(receives.number(receive.expert()), receive.source()).number(receive.buffer()))
        .list(
            preparation.exchanges(),
            (exchanges, exchange) -> exchanges.number(exchange.slot()).number(exchange.buffer()));
  }

  private static Preparation preparation(MessageReader message) {
    return new Preparation(
        message.number("the epoch"),
        message.number("the number of the preparation"),
        layer(message),
        LayerRow.fromBytes(message.bytes("the row")),
        message.list(
            "copies",
            copies ->
                new Preparation.Receive(
                    copies.whole("the expert", 0, EpTopology.MAX_EXPERTS - 1),
                    place(copies),
                    buffer(copies))),
        message.list(
            "exchanges",
            exchanges ->
                new Preparation.Exchange(
                    exchanges.whole("the slot", 0, EpTopology.MAX_SLOTS_PER_RANK - 1),
                    buffer(exchanges))));
  }

  private static MessageWriter place(MessageWriter message, Place place) {
    if (place.equals(Place.CHECKPOINT)) {
      return message.number(CHECKPOINT);
    }
    return message
        .number(place.buffer() ? BUFFER : SLOT)
        .number(place.rank())
        .number(place.index());
  }

  private static Place place(MessageReader message) {
    int kind = message.whole("the kind of a place", SLOT, CHECKPOINT);
    if (kind == CHECKPOINT) {
      return Place.CHECKPOINT;
    }
    int rank = message.whole("the rank of a place", 0, MOST - 1);
    int index = message.whole("the index of a place", 0, MOST - 1);
    return kind == BUFFER ? Place.buffer(rank, index) : Place.slot(rank, index);
  }

  private static int buffer(MessageReader message) {
    return message.whole("the buffer", 0, WeightsShape.MAX_BUFFERS - 1);
  }

  private static int layer(MessageReader message) {
    return message.whole("the layer", 0, EpTopology.MAX_LAYERS - 1);
  }
}
