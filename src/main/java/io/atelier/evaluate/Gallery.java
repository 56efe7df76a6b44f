package io.atelier.evaluate;

import io.atelier.vision.Embeddings;
import java.util.ArrayList;
import java.util.List;

/**
 * Known people, each by one embedding: the middle of those of some pictures. Rank-1 identification
 * (ISO/IEC 19795-1): whether a picture is more like its own person than like anybody else.
 */
public final class Gallery {
  private final List<float[]> people = new ArrayList<>();

  /** Adds a person by pictures; returns the person's number, from 0. */
  public int add(List<PortraitModel.Portrait> pictures) {
    people.add(
        Embeddings.middle(pictures.stream().map(PortraitModel.Portrait::embedding).toList()));
    return people.size() - 1;
  }

  /** The number of people. */
  public int size() {
    return people.size();
  }

  /** The likeness of a picture to a person, -1 to 1. */
  public double likeness(PortraitModel.Portrait picture, int person) {
    return Embeddings.dot(picture.embedding(), people.get(person));
  }

  /** How many people the picture is more like than the given one: 0 if it is recognised. */
  public int rank(PortraitModel.Portrait picture, int person, List<Integer> others) {
    double own = likeness(picture, person);
    return (int) others.stream().filter(other -> likeness(picture, other) >= own).count();
  }
}
