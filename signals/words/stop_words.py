"""Words that say nothing about a topic, in English, Portuguese and Chinese."""

from __future__ import annotations

from typing import Final

_ENGLISH = """
a about above after again all almost also although always am an and another any anyone anything are
aren't as at away back be because been before being below between both but by came can can't cannot
come could couldn't did didn't do does doesn't doing don't done down during each either else enough
especially etc even ever every everyone everything far few first for from get gets getting give go
goes going gone got had hadn't has hasn't have haven't having he her here hers herself him himself
his how however i i'd i'll i'm i've if in into is isn't it it's its itself just keep know last least
less let like little ll lot made make makes many may maybe me might mine more most much must my
myself need needs never next no nobody none nor not nothing now of off often oh ok okay on once one
only onto or other others our ours out over own per perhaps please put quite rather re really same
say see seem seems shall she should shouldn't since so some someone something somewhat still such
sure take than that that's the their them themselves then there these they thing things think this
those though three through thus to together too took try two under until up upon us use used using
ve very want wants was wasn't way we well went were weren't what when where whether which while who
whole whom whose why will with within without won't would wouldn't yes yet you your yours yourself
http https www com rt amp
"""

_PORTUGUESE = """
ainda algo alguem algum alguma alguns antes ao aos apenas apesar aqui aquela aquele aquilo as assim
ate bastante bem cada coisa com como contra da daqui das de dela dele demais depois desde dessa
desse desta deste disso disto do dois dos e ela elas ele eles em enquanto entao entre era essa esse
esses esta estao estar estas estava este estes esteja estou eu fazer fez ficar ficou fiz foi foram
fosse ha havia ia ir isso isto ja la lhe logo mais mas me meio menos mesma mesmo meu meus mim minha
minhas muita muitas muito muitos na nada nao nas nele nem nenhum nenhuma no nos nossa nosso nova
num numa nunca o onde os ou outra outras outro outros para pela pelas pelo pelos per pois por porem
porque pra pro quais qual qualquer quando quanto quase que quem sao se seja sem sempre sendo ser
sera seu seus si sim so sob sobre sou sua suas tais tal tambem tampouco te tem tenho ter teve tinha
tive toda todas todo todos tudo um uma umas uns vai vez vezes voce voces vou ok pq vc nao to ta
"""

_CHINESE = """
的 了 是 我 我们 你 你们 他 她 它 他们 在 也 都 就 还 还是 和 与 及 或 而 而且 但 但是 不过
可是 因为 所以 如果 虽然 然后 这 这个 这款 这种 这样 这里 这次 那 那个 那么 那种 哪 什么 怎么
怎么样 为什么 很 太 非常 特别 比较 真 真的 最 更 挺 有点 有 有些 没 没有 不 不是 不会 不能 会
能 可以 要 想 说 看 用 给 对 把 被 让 从 到 向 往 于 以 为 之 其 上 下 里 中 前 后 来 去 过 着
得 地 个 一 一个 一下 一些 一点 一直 一样 两 三 次 天 年 月 日 时候 现在 已经 才 再 又 只 只是
只有 就是 吧 吗 呢 啊 呀 哦 嗯 哈 哈哈 嘛 啦 东西 感觉 觉得 知道 自己 大家 别人 人 多 少 大 小
好像 其实 可能 应该 需要 之前 之后 以后 以前 今天 昨天 每 每次 各 某 该 请 谁 几 等 等等 啥 咋
么 您 俩 跟 同 比 将 使 由 当 所 此 则 并 且 若 如 如此 总之
"""

STOP_WORDS: Final = frozenset(f"{_ENGLISH}{_PORTUGUESE}{_CHINESE}".split())
"""Lower case, without accents."""
