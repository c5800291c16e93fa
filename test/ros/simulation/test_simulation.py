"""The simulated world: what moves, what is seen, and that pictures, depth and truth agree."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from rat_tracker.ros.follower.following import Velocity
from rat_tracker.ros.simulation.camera import Camera
from rat_tracker.ros.simulation.camera import FORWARD
from rat_tracker.ros.simulation.scenery import block
from rat_tracker.ros.simulation.scenery import WALK
from rat_tracker.ros.simulation.scenery import Wall
from rat_tracker.ros.simulation.view import MapView
from rat_tracker.ros.simulation.walker import Walker
from rat_tracker.ros.simulation.walker import Waypoint
from rat_tracker.ros.simulation.world import Pose2D
from rat_tracker.ros.simulation.world import RADIUS
from rat_tracker.ros.simulation.world import World

ROOM = block(-10, -10, 10, 10, 0)
STEP = 0.02


def standing(x: float, y: float, *, walls: tuple[Wall, ...] = ROOM) -> World:
    """Return a world whose person stands still."""
    return World(walls, Walker([Waypoint(x, y, pause=1e6), Waypoint(x, y + 1)]))


def drive(world: World, velocity: Velocity, seconds: float) -> None:
    world.command = velocity
    for _ in range(round(seconds / STEP)):
        world.step(STEP)


def test_a_person_walks_from_place_to_place_and_back_to_the_first() -> None:
    walker = Walker([Waypoint(0, 0, pause=2.0, speed=0.5), Waypoint(1, 0, speed=1.0)])
    assert walker.position(1.9) == (0, 0)
    assert walker.position(2.5) == pytest.approx((0.5, 0))
    assert walker.position(3.0) == pytest.approx((1, 0))
    assert walker.position(4.0) == pytest.approx((0.5, 0))
    assert walker.round == pytest.approx(5.0)
    assert walker.position(7.5) == pytest.approx(walker.position(2.5))
    with pytest.raises(ValueError):
        Walker([Waypoint(0, 0)])


@given(st.floats(0, 500), st.floats(0, 1))
def test_a_person_never_walks_faster_than_its_speed(time: float, passed: float) -> None:
    walker = Walker(WALK)
    way = math.dist(walker.position(time), walker.position(time + passed))
    assert way <= max(item.speed for item in WALK) * passed + 1e-6


def test_a_robot_drives_on_a_circle_of_the_radius_that_its_velocity_says() -> None:
    world = standing(5, 5)
    drive(world, Velocity(0.5, 0.5), 2 * math.pi / 0.5 + 0.1)  # 0.1 s for the wheels to begin
    assert math.hypot(world.robot.x, world.robot.y) < 0.05
    assert max(y for _, y in world.robot_path) == pytest.approx(2.0, abs=0.05)


def test_a_robot_that_is_told_to_stop_stands_soon_and_one_without_a_command_stays() -> None:
    world = standing(5, 5)
    drive(world, Velocity(), 1.0)
    assert world.robot == Pose2D()
    drive(world, Velocity(0.5, 0.0), 1.0)
    drive(world, Velocity(), 0.5)
    assert world.velocity.linear < 0.01


def test_a_robot_does_not_drive_through_walls() -> None:
    world = standing(5, 5)
    drive(world, Velocity(1.0, 0.0), 30.0)
    assert world.collisions > 0
    assert world.robot.x == pytest.approx(10 - RADIUS, abs=0.05)


def test_the_first_image_shows_the_person_in_the_box_that_is_returned() -> None:
    world, camera = World(), Camera(320, 240)
    view = camera.render(world)
    assert view.seen
    assert view.box is not None
    view.box.require_inside(320, 240)
    x, y, z = camera.point(world)
    assert view.box.center_x == pytest.approx(160 + camera.focal_length * x / z)
    assert view.box.center_y == pytest.approx(120 + camera.focal_length * y / z)


def test_what_differs_from_the_empty_room_is_in_the_box_and_at_the_persons_depth() -> None:
    camera, empty = Camera(320, 240), Camera(320, 240)
    with_person = camera.render(standing(2.5, 0.4))
    without = empty.render(standing(-5, 0))  # behind the robot
    rows, columns = np.nonzero(with_person.depth != without.depth)
    box = with_person.box
    assert box is not None
    assert columns.min() == pytest.approx(box.x, abs=2)
    assert columns.max() == pytest.approx(box.x + box.width - 1, abs=2)
    assert rows.min() == pytest.approx(box.y, abs=2)
    assert rows.max() == pytest.approx(box.y + box.height - 1, abs=3)
    assert np.median(with_person.depth[rows, columns]) == pytest.approx(2.5 - FORWARD)
    changed = np.abs(with_person.image.astype(int) - without.image.astype(int)).max(axis=2) > 30
    outside = changed.copy()
    outside[math.floor(box.y):math.ceil(box.y + box.height),
            math.floor(box.x):math.ceil(box.x + box.width)] = False
    assert not outside.any()
    assert changed.sum() > 0.3 * box.area


def test_the_depth_of_a_wall_ahead_is_the_same_in_all_its_pixels() -> None:
    depth = Camera(320, 240).render(standing(-5, 0)).depth
    middle = depth[118:122]
    assert np.allclose(middle, 10 - FORWARD, atol=1e-4)
    assert depth[-1, 0] < 2  # the floor before the robot


def test_who_stands_behind_a_wall_is_not_seen_nor_drawn_and_the_wall_is_near() -> None:
    wall = Wall(2, -3, 2, 3, 2)
    world = standing(4, 0, walls=(*ROOM, wall))
    camera = Camera(320, 240)
    view = camera.render(world)
    assert not view.seen
    assert not camera.sees(world)
    assert view.box is not None
    assert np.allclose(view.depth[100:140, 150:170], 2 - FORWARD, atol=1e-4)
    assert camera.sees(standing(1.5, 0, walls=(*ROOM, wall)))


@pytest.mark.parametrize(('x', 'y'), [(-3, 0), (1, 5), (0.1, 0)])
def test_who_is_behind_or_beside_the_camera_is_not_seen(x: float, y: float) -> None:
    assert not Camera(320, 240).sees(standing(x, y))


def test_the_same_moment_looks_the_same_every_time() -> None:
    worlds = [World(), World()]
    for world in worlds:
        drive(world, Velocity(0.3, 0.1), 2.0)
    one, other = (Camera(160, 120).render(world) for world in worlds)
    assert np.array_equal(one.image, other.image)
    assert np.array_equal(one.depth, other.depth)


def test_the_walk_hides_the_person_from_a_robot_that_stays() -> None:
    world, camera = World(robot=Pose2D(2.5, 0.0, 0.3)), Camera(160, 120)
    seen = []
    while world.time < world.walker.round / 2:
        world.step(0.1)
        seen.append(camera.sees(world))
    assert True in seen
    assert False in seen
    hidden = seen.index(False)
    assert True in seen[hidden:]


def test_the_view_from_above_shows_robot_person_and_their_paths() -> None:
    world = World()
    view = MapView(world, 1.4)
    before = view.draw(world)
    drive(world, Velocity(0.4, 0.0), 5.0)
    after = view.draw(world, 'later')
    assert before.shape == after.shape
    assert (before != after).any(axis=2).sum() > 500
