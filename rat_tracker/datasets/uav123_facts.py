"""What is known of UAV123 beyond its files (Mueller, Smith and Ghanem, ECCV 2016).

First frames are those of the benchmark's ``configSeqs.m``, which got10k 0.1.3 has as
``uav123.json``. The order of the flags is that of pytracking's ``UAV123_attributes.json``, by
which 109 sequences have SV, 73 POC, 70 CM, 68 ARC, 60 VC, 48 LR, 39 SOB, 33 FOC, 31 IV, 30 OV,
28 FM and 21 BC.

SV scale variation, ARC aspect ratio change, LR low resolution, FM fast motion, FOC and POC full
and partial occlusion, OV out of view, BC background clutter, IV illumination variation,
VC viewpoint change, CM camera motion, SOB similar object.
"""

from __future__ import annotations

ATTRIBUTES = ('SV', 'ARC', 'LR', 'FM', 'FOC', 'POC', 'OV', 'BC', 'IV', 'VC', 'CM', 'SOB')

# The number of a sequence's first image in a folder that it shares with others, by version.
FIRST_FRAMES = {
    'UAV123': {
        'bird1_1': 1, 'bird1_2': 775, 'bird1_3': 1573, 'car1_1': 1, 'car1_2': 751, 'car1_3': 1627,
        'car6_1': 1, 'car6_2': 487, 'car6_3': 1807, 'car6_4': 2953, 'car6_5': 3925, 'car8_1': 1,
        'car8_2': 1357, 'car16_1': 1, 'car16_2': 415, 'group1_1': 1, 'group1_2': 1333,
        'group1_3': 2515, 'group1_4': 3925, 'group2_1': 1, 'group2_2': 907, 'group2_3': 1771,
        'group3_1': 1, 'group3_2': 1567, 'group3_3': 2827, 'group3_4': 4369, 'person2_1': 1,
        'person2_2': 1189, 'person4_1': 1, 'person4_2': 1501, 'person5_1': 1, 'person5_2': 877,
        'person7_1': 1, 'person7_2': 1249, 'person8_1': 1, 'person8_2': 1075, 'person12_1': 1,
        'person12_2': 601, 'person14_1': 1, 'person14_2': 847, 'person14_3': 1813,
        'person17_1': 1, 'person17_2': 1501, 'person19_1': 1, 'person19_2': 1243,
        'person19_3': 2791, 'truck4_1': 1, 'truck4_2': 577, 'uav1_1': 1, 'uav1_2': 1555,
        'uav1_3': 2473,
    },
    'UAV123_10fps': {
        'bird1_1': 1, 'bird1_2': 259, 'bird1_3': 525, 'car1_1': 1, 'car1_2': 251, 'car1_3': 543,
        'car6_1': 1, 'car6_2': 163, 'car6_3': 603, 'car6_4': 985, 'car6_5': 1309, 'car8_1': 1,
        'car8_2': 453, 'car16_1': 1, 'car16_2': 139, 'group1_1': 1, 'group1_2': 445,
        'group1_3': 839, 'group1_4': 1309, 'group2_1': 1, 'group2_2': 303, 'group2_3': 591,
        'group3_1': 1, 'group3_2': 523, 'group3_3': 943, 'group3_4': 1457, 'person2_1': 1,
        'person2_2': 397, 'person4_1': 1, 'person4_2': 501, 'person5_1': 1, 'person5_2': 293,
        'person7_1': 1, 'person7_2': 417, 'person8_1': 1, 'person8_2': 359, 'person12_1': 1,
        'person12_2': 201, 'person14_1': 1, 'person14_2': 283, 'person14_3': 605, 'person17_1': 1,
        'person17_2': 501, 'person19_1': 1, 'person19_2': 415, 'person19_3': 931, 'truck4_1': 1,
        'truck4_2': 193, 'uav1_1': 1, 'uav1_2': 519, 'uav1_3': 825,
    },
}
