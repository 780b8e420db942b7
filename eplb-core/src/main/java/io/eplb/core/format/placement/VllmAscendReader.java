package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.Placement;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** Reads one expert map; the keys of an object may come in any order, and others are skipped. */
final class VllmAscendReader {
  private static final int UNKNOWN = -1;
  private static final NumberRule LAYERS =
      NumberRule.integer("the number of layers", 1, EpTopology.MAX_LAYERS);
  private static final NumberRule DEVICES =
      NumberRule.integer("the number of devices", 1, EpTopology.MAX_RANKS);
  private static final NumberRule ID = NumberRule.integer("an id", 0, EpTopology.MAX_RANKS);

  private final TokenInput input;
  private final NumberRule expertId;

  private final IntStream.Builder ids = IntStream.builder();

  /** Per expert, the device seen last with it, counted over all layers from 1. */
  private final int[] lastDevice = new int[EpTopology.MAX_EXPERTS];

  private int device;
  private int layers;
  private int statedLayers;
  private int devices = UNKNOWN;
  private int slots = UNKNOWN;

  /** The devices of the current layer, as its two keys say. */
  private int statedDevices;

  private int listedDevices;

  VllmAscendReader(TokenInput input, NumberRule expertId) {
    this.input = input;
    this.expertId = expertId;
  }

  VllmAscendReader read() throws IOException {
    input.object(
        "",
        "an object with moe_layer_count and layer_list",
        List.of("moe_layer_count", "layer_list"),
        List.of(),
        key -> {
          switch (key) {
            case "moe_layer_count" -> statedLayers = input.integer("/moe_layer_count", LAYERS);
            case "layer_list" -> layers();
            default -> input.skip();
          }
        });
    requireCount("/moe_layer_count", statedLayers, "layer_list", layers, "layers");
    return this;
  }

  StoredPlacement build(StoredPlacement.Builder builder) {
    return builder.ranks(devices).build(layers, devices * slots, ids.build().toArray());
  }

  private void layers() throws IOException {
    input.requireArray("/layer_list", "an array of layers");
    while (!input.endsArray()) {
      layer("/layer_list/" + layers);
      layers++;
    }
    requireSome("/layer_list", layers, "layer");
  }

  private void layer(String pointer) throws IOException {
    input.object(
        pointer,
        "a layer: an object with layer_id, device_count, device_list",
        List.of("layer_id", "device_count", "device_list"),
        List.of(),
        key -> {
          switch (key) {
            case "layer_id" -> requireInOrder(pointer + "/layer_id", layers);
            case "device_count" ->
                statedDevices = input.integer(pointer + "/device_count", DEVICES);
            case "device_list" -> listedDevices = devices(pointer + "/device_list");
            default -> input.skip();
          }
        });
    requireCount(pointer + "/device_count", statedDevices, "device_list", listedDevices, "devices");
    if (devices == UNKNOWN) {
      devices = listedDevices;
    } else if (devices != listedDevices) {
      throw input.fault(
          pointer + "/device_list",
          "has %s where the layers before it have %s; all must be equally long"
              .formatted(Counted.of(listedDevices, "device"), devices));
    }
  }

  private int devices(String pointer) throws IOException {
    input.requireArray(pointer, "an array of devices");
    int listed = 0;
    while (!input.endsArray()) {
      device(pointer + "/" + listed, listed);
      listed++;
    }
    requireSome(pointer, listed, "device");
    return listed;
  }

  private void device(String pointer, int rank) throws IOException {
    input.object(
        pointer,
        "a device: an object with device_id, device_expert",
        List.of("device_id", "device_expert"),
        List.of(),
        key -> {
          switch (key) {
            case "device_id" -> requireInOrder(pointer + "/device_id", rank);
            case "device_expert" -> experts(pointer + "/device_expert", rank);
            default -> input.skip();
          }
        });
  }

  private void experts(String pointer, int rank) throws IOException {
    int[] experts = input.integers(pointer, expertId);
    requireSome(pointer, experts.length, "expert");
    if (slots == UNKNOWN) {
      slots = experts.length;
    } else if (slots != experts.length) {
      throw input.fault(
          pointer,
          "has %s where the devices before it have %s; all must be equally long"
              .formatted(Counted.of(experts.length, "expert"), slots));
    }
    device++;
    for (int slot = 0; slot < experts.length; slot++) {
      int expert = experts[slot];
      ids.add(expert);
      if (expert == Placement.EMPTY) {
        continue;
      }
      if (lastDevice[expert] == device) {
        throw input.fault(
            pointer + "/" + slot,
            ("is expert %s, which layer %s, rank %s holds already; an expert map holds an expert"
                    + " once per rank")
                .formatted(expert, layers, rank));
      }
      lastDevice[expert] = device;
    }
  }

  private void requireInOrder(String pointer, int position) throws IOException {
    int id = input.integer(pointer, ID);
    if (id != position) {
      throw input.fault(
          pointer,
          "is %s; expected %s, since vLLM-Ascend goes by the order of the list"
              .formatted(id, position));
    }
  }

  private void requireSome(String pointer, int length, String what) {
    if (length == 0) {
      throw input.fault(pointer, "is an empty array; expected at least one " + what);
    }
  }

  private void requireCount(String pointer, int stated, String list, int listed, String what) {
    if (stated != listed) {
      throw input.fault(
          pointer, "is " + stated + "; expected " + listed + ", the " + what + " in " + list);
    }
  }
}
