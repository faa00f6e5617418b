"""Who has claimed what of exploding and vanishing gradients: the content of docs/LITERATURE.md."""

from __future__ import annotations

import math

import claims
from claims import LARGEST, SMALLEST, Claim, Source, powers, slopes
from wall import sigmoid, wall

ARTICLE = Source(
    title="The explanation that gradplot grew from",
    cited="An article that shows, by drawing networks of one unit a layer with a weight of 8, what "
    "exploding gradients look like.",
    claims=(
        Claim(
            figure="article-relu",
            says="With relu and a weight of 8, the gradient grows eightfold with every layer.",
            where="on ReLU",
            closed="8^d",
            expected=powers(8, 1, 2, 3),
            computed=slopes,
        ),
        Claim(
            figure="article-fractions",
            says="Where weights are fractions, their product gets closer to 0 with every layer.",
            where="second paragraph",
            closed="0.5^d",
            expected=powers(0.5, 1, 10, 100),
            computed=slopes,
        ),
        Claim(
            figure="article-tanh",
            says="tanh, although between -1 and 1, gets steeper and steeper too.",
            where="on tanh",
            closed="8^d, at x = 0",
            expected=powers(8, 1, 2, 3),
            computed=slopes,
        ),
        Claim(
            figure="article-minefield",
            says="Three hidden units make several steep slopes, not one: here is one away from 0.",
            where="on squashed sinusoids",
            relation="at least",
            closed="the slope at x = 1/8",
            expected=(claims.beside_the_middle(),),
            computed=slopes,
        ),
        Claim(
            figure="article-sigmoid",
            says="sigmoid without biases gets flatter with every layer.",
            where="on sigmoid",
            relation="below",
            expected=powers(1, 1, 1),
            computed=claims.growths,
            shown="×{}, ×{}",
        ),
        Claim(
            figure="article-sigmoid-bias",
            says="With biases of -w/2 after the first layer sigmoid explodes, though slowly.",
            where="on sigmoid",
            closed="(8/4)^d, at x = 0",
            expected=powers(2, 1, 2, 3),
            computed=slopes,
        ),
        Claim(
            figure="article-small-weight",
            says="With many layers (here 1000) even a weight of 0.7 explodes after enough inputs.",
            where="last sentence",
            relation="above",
            expected=powers(1, 1),
            computed=claims.deepest,
            note="Each layer multiplies the slope by w·act'(z), and tanh' is at most 1: the slope "
            "is at most 0.7^d, and exactly that at x = 0. The sentence can be true of layers of "
            "several units, where a product of matrices may grow although every entry is small.",
        ),
        Claim(
            figure="article-small-weight",
            says="The maximum slope at a weight of 0.7 is 0.7^d.",
            where="in place of it",
            closed="0.7^d",
            expected=powers(0.7, 1, 10, 100, 1000),
            computed=slopes,
        ),
    ),
)

HOCHREITER = Source(
    title="Hochreiter: weights below 4",
    cited="S. Hochreiter, *Untersuchungen zu dynamischen neuronalen Netzen*, diploma thesis, "
    "TU München, 1991; S. Hochreiter, Y. Bengio, P. Frasconi, J. Schmidhuber, *Gradient flow in "
    "recurrent nets: the difficulty of learning long-term dependencies*, in A Field Guide to "
    "Dynamical Recurrent Neural Networks, IEEE Press, 2001.",
    claims=(
        Claim(
            figure="hochreiter-below-4",
            says="Below a weight of 4 in size, the error of sigmoid units vanishes: |w·sigmoid'| "
            "is at most |w|/4 < 1, whatever the biases.",
            where="2001, on exponential error decay",
            relation="at most",
            closed="(3.99/4)^20",
            expected=powers(3.99 / 4, 20),
            computed=claims.steepest_cell,
        ),
        Claim(
            figure="hochreiter-3.99",
            says="That bound is sharp: with a bias of -w/2 every layer has all of it.",
            where="the case of equality",
            closed="(3.99/4)^d",
            expected=powers(3.99 / 4, 10, 100, 1000),
            computed=slopes,
        ),
        Claim(
            figure="hochreiter-4.01",
            says="Above 4 the error can blow up.",
            where="2001, on exponential error decay",
            closed="(4.01/4)^d",
            expected=powers(4.01 / 4, 10, 100, 1000),
            computed=slopes,
        ),
    ),
)

PASCANU = Source(
    title="Pascanu, Mikolov and Bengio: the wall",
    cited="R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural "
    "networks*, ICML 2013, [arXiv 1211.5063](https://arxiv.org/abs/1211.5063). The model is that "
    "of its equation (8): one sigmoid unit, 50 steps, from sigmoid(0.5) towards the target 0.7. "
    "The paper draws the loss and prints no number: what is expected is a search of `docs/wall.py` "
    "in 50 digits (mpmath), which knows nothing of gradplot.",
    claims=(
        Claim(
            figure="pascanu-tanh",
            says="A largest singular value below 1/sup|act'|, which is 1 for tanh, is enough for "
            "gradients to vanish.",
            where="section 2.1",
            closed="0.99^d",
            relation="at most",
            expected=powers(0.99, 10, 100, 1000),
            computed=slopes,
        ),
        *(
            Claim(
                figure=f"pascanu-wall-{weight}",
                says=f"The loss has a wall: along the bias at w = {weight}.",
                where="section 2.3, figure 6",
                closed="the largest |dE/db|",
                expected=wall(float(weight)),
                computed=claims.peak,
                shown="{} at b = −{}",
            )
            for weight in (5, 6, 7)
        ),
        Claim(
            figure="pascanu-descent",
            says="Gradient descent is thrown far away where it meets the wall (rate 0.05).",
            where="section 2.3, figure 6, solid lines",
            relation="above",
            closed="ten steps of a gradient of 1",
            expected=powers(0.5, 1),
            computed=claims.longest_step,
        ),
        Claim(
            figure="pascanu-clipped",
            says="Gradients that are scaled down to a norm of 1 never throw it.",
            where="section 3.2, algorithm 1; figure 6, dashed line",
            relation="at most",
            closed="rate times norm",
            expected=powers(0.05, 1),
            computed=claims.longest_step,
        ),
    ),
)

NIELSEN = Source(
    title="Nielsen: the product of w·sigmoid'(z)",
    cited="M. A. Nielsen, *Neural Networks and Deep Learning*, Determination Press, 2015, "
    "[chapter 5](http://neuralnetworksanddeeplearning.com/chap5.html).",
    claims=(
        Claim(
            figure="nielsen-small-weights",
            says="With weights below 1 every term w·sigmoid'(z) is below 1/4, so that d of them "
            "shrink faster than 1/4^d.",
            where="on what causes the vanishing gradient problem",
            relation="below",
            closed="1/4^d",
            expected=powers(1 / 4, 1, 2, 3, 4),
            computed=slopes,
        ),
        Claim(
            figure="nielsen-large-weights",
            says="Weights of 100, and biases that make every z 0, give terms of 25: it explodes.",
            where="on the exploding gradient problem",
            closed="25^d",
            expected=powers(25, 1, 2, 3, 4),
            computed=slopes,
        ),
        Claim(
            figure="nielsen-widest",
            says="The inputs for which |w·sigmoid'(w·a + b)| is at least 1 form an interval that "
            "is widest, ≈ 0.45, at |w| ≈ 6.9.",
            where="the problem that follows it",
            closed="(2/w)·ln(w(1 + √(1 − 4/w))/2 − 1)",
            expected=(math.log10(claims.widest(6.9)),),
            computed=claims.width,
        ),
    ),
)

D2L = Source(
    title="Dive into Deep Learning",
    cited="A. Zhang, Z. C. Lipton, M. Li, A. J. Smola, *Dive into Deep Learning*, "
    "[numerical stability and initialization]"
    "(https://d2l.ai/chapter_multilayer-perceptrons/numerical-stability-and-init.html).",
    claims=(
        *(
            Claim(
                figure=f"d2l-{what}",
                says=f"Thirty scalar layers of weight {weight:g}: {what}, at about {about}.",
                where="first edition (in Chinese), 3.15",
                closed=f"{weight:g}^30",
                expected=powers(weight, 30),
                computed=slopes,
            )
            for what, weight, about in (("vanishing", 0.2, "1e-21"), ("exploding", 5, "9e20"))
        ),
        Claim(
            figure="d2l-large-inputs",
            says="The gradient of sigmoid vanishes where its inputs are large (here from 4 to 8) "
            "or small.",
            where="on vanishing gradients",
            closed="sigmoid'(4)",
            expected=(math.log10(sigmoid(4) * sigmoid(-4)),),
            computed=slopes,
        ),
        Claim(
            figure="d2l-sigmoid-chain",
            says="Through many sigmoid layers the product of the gradients vanishes.",
            where="on vanishing gradients",
            closed="a(1 − a) a layer, where a = sigmoid(a)",
            expected=(math.log10(claims.fixed_point_factor()),),
            computed=claims.growths,
        ),
    ),
)

INITIALISERS = Source(
    title="Glorot, He: the factor of a layer",
    cited="X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural "
    "networks*, AISTATS 2010; K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, "
    "ICCV 2015, [arXiv 1502.01852](https://arxiv.org/abs/1502.01852). Both speak of the mean over "
    "random weights of wide layers. A chain of one unit a layer shows what a factor does that is "
    "the same in every layer: Glorot's n·Var[w] = 1 is a weight of 1; with relu, which halves the "
    "variance, it is a factor of 1/√2 a layer, and He's ½·n·Var[w] = 1 is there to undo that.",
    claims=(
        Claim(
            figure="xavier-tanh",
            says="Glorot's weights keep the gradient of units that are linear around 0.",
            where="Glorot 2010, section 4.2",
            closed="1^d",
            expected=powers(1, 10, 1000),
            computed=slopes,
            note="At x = 0, that is: further out even this chain vanishes slowly.",
        ),
        Claim(
            figure="xavier-relu",
            says="A factor of β a layer becomes β^L: at 1/√2, thirty layers stall.",
            where="He 2015, section 2.2",
            closed="2^(-L/2)",
            expected=powers(2, -0.5, -15),
            computed=slopes,
        ),
        Claim(
            figure="xavier-relu",
            says="A factor below 1 ends in diminishing signals: the depths at which 1/√2 a layer "
            "underflows float16, bfloat16, float32, float64.",
            where="He 2015, section 2.2",
            closed="the first d with 2^(-d/2) below the smallest number",
            expected=tuple(math.log10(1 - 2 * exponent) for exponent in SMALLEST),
            computed=claims.lost("underflow"),
        ),
        Claim(
            figure="he-relu",
            says="A factor above 1 ends in infinity: the depths at which √2 a layer, which is what "
            "He's weight does where no unit is dead, overflows each of these.",
            where="He 2015, section 2.2",
            closed="the first d with 2^(d/2) above the largest number",
            expected=tuple(math.log10(2 * exponent) for exponent in LARGEST),
            computed=claims.lost("overflow"),
        ),
    ),
)

SOURCES = (ARTICLE, HOCHREITER, PASCANU, NIELSEN, D2L, INITIALISERS)
