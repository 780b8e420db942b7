package io.eplb.core.format.placement;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.Arrays;

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

  private int layers = UNKNOWN;
  private int devices = UNKNOWN;
  private int slots = UNKNOWN;

  private int[] ids = new int[1024];
  private int count;

  /** Per expert, the device seen last with it, counted over all layers from 1. */
  private int[] lastDevice = new int[256];

  private int device;

  VllmAscendReader(TokenInput input, NumberRule expertId) {
    this.input = input;
    this.expertId = expertId;
  }

  VllmAscendReader read() throws IOException {
    int stated = UNKNOWN;
    input.requireObject("", "an object with moe_layer_count and layer_list");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      switch (key) {
        case "moe_layer_count" -> {
          input.requireFirst(stated == UNKNOWN, "", key);
          stated = input.integer("/moe_layer_count", LAYERS);
        }
        case "layer_list" -> {
          input.requireFirst(layers == UNKNOWN, "", key);
          layers();
        }
        default -> input.skip();
      }
    }
    input.requireFound(stated != UNKNOWN, "", "moe_layer_count");
    input.requireFound(layers != UNKNOWN, "", "layer_list");
    requireCount("/moe_layer_count", stated, "layer_list", layers, "layers");
    return this;
  }

  StoredPlacement build(StoredPlacement.Builder builder) {
    return builder.ranks(devices).build(layers, devices * slots, Arrays.copyOf(ids, count));
  }

  private void layers() throws IOException {
    input.requireArray("/layer_list", "an array of layers");
    layers = 0;
    while (!input.endsArray()) {
      layer("/layer_list/" + layers);
      layers++;
    }
    requireSome("/layer_list", layers, "layer");
  }

  private void layer(String pointer) throws IOException {
    boolean identified = false;
    int stated = UNKNOWN;
    int listed = UNKNOWN;
    input.requireObject(pointer, "a layer: an object with layer_id, device_count, device_list");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      switch (key) {
        case "layer_id" -> {
          input.requireFirst(!identified, pointer, key);
          identified = true;
          requireInOrder(pointer + "/layer_id", layers);
        }
        case "device_count" -> {
          input.requireFirst(stated == UNKNOWN, pointer, key);
          stated = input.integer(pointer + "/device_count", DEVICES);
        }
        case "device_list" -> {
          input.requireFirst(listed == UNKNOWN, pointer, key);
          listed = devices(pointer + "/device_list");
        }
        default -> input.skip();
      }
    }
    input.requireFound(identified, pointer, "layer_id");
    input.requireFound(stated != UNKNOWN, pointer, "device_count");
    input.requireFound(listed != UNKNOWN, pointer, "device_list");
    requireCount(pointer + "/device_count", stated, "device_list", listed, "devices");
    if (devices == UNKNOWN) {
      devices = listed;
    } else if (devices != listed) {
      throw input.fault(
          pointer + "/device_list",
          "has %s where the layers before it have %s; all must be equally long"
              .formatted(Counted.of(listed, "device"), devices));
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
    boolean identified = false;
    boolean listed = false;
    input.requireObject(pointer, "a device: an object with device_id, device_expert");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      switch (key) {
        case "device_id" -> {
          input.requireFirst(!identified, pointer, key);
          identified = true;
          requireInOrder(pointer + "/device_id", rank);
        }
        case "device_expert" -> {
          input.requireFirst(!listed, pointer, key);
          listed = true;
          experts(pointer + "/device_expert", rank);
        }
        default -> input.skip();
      }
    }
    input.requireFound(identified, pointer, "device_id");
    input.requireFound(listed, pointer, "device_expert");
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
      if (expert >= lastDevice.length) {
        lastDevice = Arrays.copyOf(lastDevice, Math.max(expert + 1, lastDevice.length * 2));
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
    if (count + experts.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(count + experts.length, ids.length * 2));
    }
    System.arraycopy(experts, 0, ids, count, experts.length);
    count += experts.length;
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
